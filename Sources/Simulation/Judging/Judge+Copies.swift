extension Judge {
    /// More alternations than the server needs to be sure.
    private static let alternations = 8

    func copied(device: Int) { devices[device].copies += 1 }

    /// A host begins a connection with its first frame.
    func arrived(_ host: SimulatedHost) {
        if devices[host.device].speaker != host.number { devices[host.device].alternations += 1 }
        devices[host.device].speaker = host.number
    }

    /// What was learnt of its starts may not count any more: somebody started anew, or the server forgot.
    func forgetStarts(of device: Int) { devices[device].alternations = 0 }

    func held(_ device: Int, isHeld: Bool) {
        if isHeld, devices[device].copies == 0 {
            fail(.onlyCopiesHeld, device: device, "is held, and there is no copy of it")
        }
        if !isHeld, devices[device].alternations > Self.alternations {
            fail(.copiesNoticed, device: device, "alternates with its copy, and nobody notices")
        }
    }
}
