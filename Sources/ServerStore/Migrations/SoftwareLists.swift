/// Migration 23: a list of software that several devices have is kept once. What each device told before keeps a list of its own,
/// without a digest, until it tells of a change. It takes about twice the room of the lists while it runs.
enum SoftwareLists {
    static let statements = [
        "CREATE TABLE software_lists (id {position}, digest {bytes}, former_device {bytes})",
        """
        CREATE TABLE listed_software (
            list bigint NOT NULL, name text NOT NULL, architecture text NOT NULL, source text NOT NULL,
            version text NOT NULL, PRIMARY KEY (list, name, architecture, source, version)
        )
        """,
        // Its room is used for what is made.
        "DROP INDEX software_by_name",
        """
        INSERT INTO software_lists (former_device)
        SELECT DISTINCT device_uid FROM software WHERE device_uid IN (SELECT uid FROM devices)
        """,
        "ALTER TABLE devices ADD COLUMN software_list bigint",
        """
        UPDATE devices SET software_list = software_lists.id FROM software_lists
        WHERE software_lists.former_device = devices.uid
        """,
        """
        INSERT INTO listed_software (list, name, architecture, source, version)
        SELECT software_lists.id, software.name, software.architecture, software.source, software.version
        FROM software JOIN software_lists ON software_lists.former_device = software.device_uid
        """,
        "DROP TABLE software",
        "ALTER TABLE software_lists DROP COLUMN former_device",
        "CREATE UNIQUE INDEX software_lists_by_digest ON software_lists (digest)",
        "CREATE INDEX listed_software_by_name ON listed_software (name, list)",
        "CREATE INDEX devices_by_software_list ON devices (software_list) WHERE software_list IS NOT NULL",
        // In the order in which devices are listed: their rows are large.
        "CREATE INDEX devices_software ON devices (uid, software_list)",
    ]
}
