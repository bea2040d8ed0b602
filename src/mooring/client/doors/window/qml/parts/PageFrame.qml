// What every page has: progress after a moment, what went wrong or well, and its cards.
import QtQuick
import QtQuick.Layouts
import QtQuick.Controls.FluentWinUI3
import "../components"

ColumnLayout {
    id: frame

    required property var bridge
    required property string name
    required property var snap
    readonly property var labels: bridge.labels
    readonly property bool busy: !!snap.busy
    property bool showProblem: true
    default property alias cards: content.data

    function act(intent: string, parameters: var): bool {
        return bridge.perform(name, intent, parameters || [])
    }
    function ask(sentence: string, verb: string, action: var): void { question.ask(sentence, verb, action) }

    spacing: 12

    Timer { interval: 300; running: frame.busy; onTriggered: working.shown = true }
    onBusyChanged: if (!busy) working.shown = false

    ColumnLayout {
        id: working
        property bool shown: false
        objectName: "working"
        visible: shown && frame.busy
        spacing: 6
        Layout.fillWidth: true
        Line { text: frame.snap.busy || ""; color: Theme.secondary; Layout.fillWidth: true }
        ProgressBar {
            indeterminate: true
            Layout.fillWidth: true
            Accessible.name: frame.snap.busy || frame.labels["working"]
        }
    }
    Banner {
        visible: frame.showProblem && !!frame.snap.problem
        tone: "bad"
        title: frame.snap.problem ? frame.snap.problem.title : ""
        text: frame.snap.problem ? frame.snap.problem.detail : ""
        step: frame.snap.problem && frame.snap.problem.next_step ? frame.snap.problem.next_step.label : ""
        stepIsButton: !!(frame.snap.problem && frame.snap.problem.way)
        dismissLabel: frame.labels["dismiss"]
        onTaken: frame.bridge.take(frame.name, false)
        onDismissed: frame.act("dismiss", [])
    }
    Banner {
        visible: !!frame.snap.notice
        tone: "good"
        title: frame.snap.notice || ""
        dismissLabel: frame.labels["dismiss"]
        onDismissed: frame.act("dismiss", [])
    }
    ColumnLayout {
        id: content
        spacing: 4
        Layout.fillWidth: true
    }
    Question { id: question; labels: frame.labels }
}
