extension FirstCut {
    /// What devices report: the latest of everything, events in the order of their receipt.
    static let reports = [
        """
        CREATE TABLE application_states (
            device_uid {bytes} NOT NULL, application text NOT NULL, instance text NOT NULL,
            healthy bigint NOT NULL, status text NOT NULL, last_error text NOT NULL, attributes text NOT NULL,
            started_at bigint, status_at bigint, reported_at bigint NOT NULL,
            PRIMARY KEY (device_uid, application, instance)
        )
        """,
        """
        CREATE TABLE entry_results (
            device_uid {bytes} NOT NULL, entry text NOT NULL, hash {bytes} NOT NULL, status text NOT NULL,
            reason text NOT NULL, reported_at bigint NOT NULL, PRIMARY KEY (device_uid, entry)
        )
        """,
        """
        CREATE TABLE software (
            device_uid {bytes} NOT NULL, name text NOT NULL, architecture text NOT NULL, source text NOT NULL,
            version text NOT NULL, PRIMARY KEY (device_uid, name, architecture, source, version)
        )
        """,
        "CREATE INDEX software_by_name ON software (name, device_uid)",
        """
        CREATE TABLE statistics (
            device_uid {bytes} NOT NULL, application text NOT NULL, instance text NOT NULL, name text NOT NULL,
            unit text NOT NULL, kind text NOT NULL, value double precision NOT NULL, start_time bigint,
            time bigint NOT NULL, PRIMARY KEY (device_uid, application, instance, name)
        )
        """,
        """
        CREATE TABLE statistics_history (
            device_uid {bytes} NOT NULL, application text NOT NULL, instance text NOT NULL, name text NOT NULL,
            time bigint NOT NULL, value double precision NOT NULL,
            PRIMARY KEY (device_uid, application, instance, name, time)
        )
        """,
        """
        CREATE TABLE event_streams (
            device_uid {bytes} NOT NULL, epoch {bytes} NOT NULL, stream bigint NOT NULL,
            stored_through bigint NOT NULL, digest {bytes} NOT NULL, PRIMARY KEY (device_uid, epoch, stream)
        )
        """,
        """
        CREATE TABLE events (
            position {position}, device_uid {bytes} NOT NULL, epoch {bytes} NOT NULL, stream bigint NOT NULL,
            number bigint NOT NULL, digest {bytes} NOT NULL, event_id {bytes} NOT NULL, application text NOT NULL,
            instance text NOT NULL, severity bigint NOT NULL, type text NOT NULL, body text NOT NULL,
            data text NOT NULL, device_time bigint NOT NULL, corrected_time bigint NOT NULL,
            received_at bigint NOT NULL, UNIQUE (device_uid, epoch, stream, number)
        )
        """,
        "CREATE INDEX events_by_device ON events (device_uid, position)",
    ]
}
