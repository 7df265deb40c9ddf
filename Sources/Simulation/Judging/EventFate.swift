/// What is known of one event that a device took durably.
struct EventFate {
    let takenAt: Int64
    /// In the server's tables as they are now.
    var isStored = false
    /// It was stored, and a restore of the server's store took it away.
    var isWiped = false
    /// Its device no longer knows that it ever was: its disk was set back, or it was a copy that is gone.
    var isForgotten = false
    /// An overflow dropped it, or the device's disk was set back to before it.
    var isGone = false
}
