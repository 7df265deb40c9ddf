/// Every step of the schema, oldest first.
package enum Schema {
    package static let migrations: [Migration] = [
        Migration(
            number: 1, name: "first cut",
            statements: FirstCut.devices + FirstCut.reports + FirstCut.desiredState + FirstCut.operations)
    ]
}
