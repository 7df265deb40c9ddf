import AgentPlugins
import DeviceProtocol
import FoundationEssentials
import SwiftProtobuf

extension EntryOutcome {
    var wire: WireEntryResult {
        WireEntryResult.with {
            $0.entry = entry
            $0.hash = Data(hash)
            $0.status = status
            $0.reason = reason
            $0.time = time
        }
    }
}

extension JournaledRun {
    var wire: WireTaskRun {
        WireTaskRun.with {
            $0.runID = Data(runID.bytes)
            $0.taskUid = Data(taskUID)
            $0.taskName = taskName
            $0.application = application
            $0.task = task
            $0.state = state
            $0.percent = UInt32(clamping: percent)
            $0.message = message
            $0.result = Data(result)
            $0.started = started
            $0.finished = finished
            $0.trigger = trigger
            $0.attempt = UInt32(clamping: attempt)
        }
    }
}

extension ApplicationStatisticsReport {
    var wire: WireApplicationStatistics {
        WireApplicationStatistics.with { statistics in
            statistics.application = application
            statistics.instance = instance
            statistics.time = time
            statistics.values = values.map { value in
                WireStatistic.with {
                    $0.name = value.name
                    $0.unit = value.unit
                    $0.kind = value.kind == .counter ? .counter : .gauge
                    $0.value = value.value
                    $0.startTime = value.startTime
                }
            }
        }
    }
}
