/* What can be seen of this process from outside the plugin. */
#ifndef PROBE_PROCESS_H
#define PROBE_PROCESS_H

/* How many threads there are; descriptors that are open; children, dead ones that were not waited for too. */
int process_threads(void);
int process_descriptors(void);
int process_children(void);

/* Remembers what belongs to the process as a whole; later tells whether the plugin changed it. */
void process_remember(void);
void process_judge(void);

#endif
