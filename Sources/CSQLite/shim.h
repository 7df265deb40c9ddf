#include <sqlite3.h>

/* Without counting what it allocates, which is a lock that all connections of a process share. Of use before the first one is
 * opened; sqlite3_config() takes arguments that Swift cannot give. */
static inline int csqlite_without_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/* Without the 47 KiB that each connection sets aside for what it allocates for a moment. Before its first statement. */
static inline int csqlite_without_lookaside(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_LOOKASIDE, (void *)0, 0, 0);
}
