/// A device with what it reports of its applications.
package struct DeviceDetails: Sendable {
    package var record: DeviceRecord
    /// As they follow from the device and its groups.
    package var intents: DeviceIntents
    package var applications: [ApplicationState]
    package var entries: [EntryResult]
    package var condition: DeviceCondition
}
