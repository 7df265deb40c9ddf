/* What comes from the core, which may have been taken over: every message is checked, none widens anything. */
#ifndef PRIVILEGED_REQUESTS_H
#define PRIVILEGED_REQUESTS_H

#include "jobs.h"
#include "orders.h"
#include "pl_message.h"

/* Carries a message out, or says why not. False when nothing more can be answered. */
bool requests_take(orders *orders, int link, const pl_message *message);

/* Answers for work that has ended. */
bool requests_ended(orders *orders, int link, job *job);

/* A message that was too long. */
bool requests_refuse(int link, uint64_t correlation, int64_t status, const char *words);

#endif
