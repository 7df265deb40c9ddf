/// What became of one event at the spool.
package enum SpoolAdmission: Sendable, Hashable {
    case stored
    /// Its id is remembered: it is stored already, or was delivered.
    case duplicate
    case refused(String)
}
