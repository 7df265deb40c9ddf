/// What the quickstart suggests to apply.
enum QuickstartManifests {
    static func clamav(files: String) -> String {
        """
        # Possibly unwanted applications are found while detectPua is true.
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: clamav-default}
        spec:
          application: martlet.clamav
          group: root
          settings: {detectPua: true, databaseMaxAgeDays: 0}
        ---
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: scan-files}
        spec:
          application: martlet.clamav
          task: scan
          parameters: {paths: ["\(files)"]}
          scope: {group: root}
          schedule: {manual: true}

        """
    }

    static let linux = """
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: linux-thresholds}
        spec:
          application: martlet.linux
          group: root
          settings:
            thresholds: {diskPercent: 90}

        """
}
