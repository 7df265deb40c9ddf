/// The server died between two commits; what it had committed stays.
struct ServerKilled: Error {}
