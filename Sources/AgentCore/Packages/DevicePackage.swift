package import DesiredState
import PluginPackage

/// What the device knows of one plugin that is to come, or came, in a package.
package struct DevicePackage: Sendable, Hashable {
    package enum Phase: Int64, Sendable, Hashable {
        /// Nothing is under way.
        case idle
        case downloading
        /// Switched to, and not yet known to be well.
        case trying
    }

    package struct Release: Sendable, Hashable {
        package var version: String
        package var digest: [UInt8]

        package init(version: String, digest: [UInt8]) {
            self.version = version
            self.digest = digest
        }
    }

    package var plugin: String
    /// What the server offers; nil once it offers none.
    package var offer: PackageOffer?
    /// CMS, of the offer's package.
    package var signature: [UInt8] = []
    /// What is installed and was well.
    package var has: Release?
    /// The highest version that was ever installed here: known also when the plugin is gone, so that a removal in between is no
    /// way back to an older one.
    package var highest = ""
    package var phase = Phase.idle
    /// How often the process of the version that is tried was started. Recorded before it is: one that takes agent or device with it
    /// is not tried at every start.
    package var tries: Int64 = 0
    /// Starts without a verdict after which a version counts as failed.
    package static let mostTries: Int64 = 2
    /// The package that is not tried again.
    package private(set) var failed: [UInt8]?
    /// What makes that one be looked at again.
    package private(set) var pardon = PackagePardon.none
    /// How often in a row all of the offer was fetched and was not what is offered.
    package var spoiled: Int64 = 0
    /// How often in a row the device itself gave way while the offer was tried: its helper ended, or it lacked memory, say.
    package var lost: Int64 = 0
    /// µs since 1970 by the device's clock: before it the offer is not begun. 0: it need not wait.
    package var notBefore: Int64 = 0
    /// Why the offer is not installed, or waits.
    package var reason = ""
    /// Of a download.
    package var percent: Int64 = 0

    package init(plugin: String) { self.plugin = plugin }

    /// Another start of the version that is tried.
    package mutating func tryOnce() {
        phase = .trying
        tries += 1
    }

    /// The attempt is over without a verdict, for a reason that is none of the version's.
    package mutating func postpone(_ reason: String) {
        phase = .idle
        tries = 0
        self.reason = reason
    }

    /// What is to be done next.
    package enum Step: Sendable, Hashable {
        case nothing
        /// Fetch the offer, check it, switch to it.
        case install(PackageOffer)
        /// The device ended while it tried this one: it goes on from the gate.
        case tryOn(PackageOffer)
        case remove
    }

    package var next: Step {
        guard let offer else { return has == nil && phase == .idle ? .nothing : .remove }
        if offer.digest == has?.digest { return .nothing }
        if phase == .trying { return .tryOn(offer) }
        if offer.isHeld || offer.digest == failed { return .nothing }
        return .install(offer)
    }

    /// Takes what the server offers now. An attempt at another package than this is over; one that was refused for its signature is
    /// looked at again under another one, or when it was brought anew. That it is said again is no news.
    package mutating func take(_ new: PackageOffer?, signature: [UInt8]) {
        let isAnew = new?.isHeld == false && (new?.renewed != offer?.renewed || offer?.isHeld == true)
        if new?.digest != offer?.digest {
            phase = .idle
            tries = 0
            reason = ""
            percent = 0
            beginAfresh()
        } else if isAnew {
            if isSetBack { reason = "" }
            beginAfresh()
        }
        offer = new
        let isSignedAnew = !signature.isEmpty && signature != self.signature
        if isSignedAnew { self.signature = signature }
        if isSignedAnew || isAnew, pardon == .trust, new?.digest == failed { forgive() }
    }

    /// Whether there is anything of it but a memory.
    package var isPresent: Bool { offer != nil || has != nil || phase != .idle }

    /// It was well.
    package mutating func settle(_ offer: PackageOffer) {
        has = Release(version: offer.version, digest: offer.digest)
        phase = .idle
        tries = 0
        reason = ""
        beginAfresh()
        if highest.isEmpty || PluginVersion(highest) < PluginVersion(offer.version) { highest = offer.version }
        forgive()
    }

    package mutating func fail(_ digest: [UInt8], _ reason: String, until pardon: PackagePardon = .none) {
        phase = .idle
        tries = 0
        failed = digest
        self.pardon = pardon
        self.reason = reason
        beginAfresh()
    }

    package mutating func forgive() {
        failed = nil
        pardon = .none
    }

    /// Of the offer: it is not tried again, or was so often something else than offered that it is not fetched for long.
    package var isFailed: Bool {
        offer.map { $0.digest != has?.digest && ($0.digest == failed || spoiled >= Self.mostSpoiled) } ?? false
    }
}
