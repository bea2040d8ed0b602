// The field for a product key, with help while it is typed.
import QtQuick
import QtQuick.Layouts
import "../components"

ColumnLayout {
    id: entry

    required property var bridge
    property bool busy: false
    property bool sent: false
    property bool titled: true
    property var help: bridge.keyHelp(field.text)
    readonly property var labels: bridge.labels

    function take(): void { field.forceActiveFocus(Qt.TabFocusReason) }
    function send(): void {
        if (entry.help.can_be_sent && !entry.busy) entry.sent = bridge.perform("activation", "activate", [field.text])
    }
    function forget(): void { // what was accepted is a secret that nobody needs to read again
        if (!entry.sent || entry.busy) return
        entry.sent = false
        if (!bridge.activation.problem) field.clear()
    }

    onBusyChanged: entry.forget()

    spacing: 8
    Layout.fillWidth: true

    Line { text: entry.labels["product_key"]; visible: entry.titled; Layout.fillWidth: true }
    GridLayout {
        readonly property bool stretch: entry.width < 460 * Theme.scale
        columns: stretch ? 1 : 2
        columnSpacing: 8
        rowSpacing: 8
        Layout.fillWidth: true
        Field {
            id: field
            objectName: "key"
            Layout.fillWidth: true
            placeholderText: entry.width < 400 * Theme.scale ? "" : "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX"
            font.capitalization: Font.AllUppercase
            inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhSensitiveData | Qt.ImhPreferUppercase
            Accessible.name: entry.labels["product_key"]
            Accessible.description: entry.help.sentence
            Keys.onReturnPressed: entry.send()
            Keys.onEnterPressed: entry.send()
        }
        Action {
            objectName: "activate"
            text: entry.labels["activate"]
            highlighted: true
            enabled: entry.help.can_be_sent && !entry.busy
            onClicked: entry.send()
        }
    }
    RowLayout {
        spacing: 8
        Layout.fillWidth: true
        Icon {
            size: Math.round(16 * Theme.scale)
            name: entry.help.state === "good" ? "good" : "warning"
            visible: entry.help.state !== "empty" && entry.help.state !== "typing"
            color: entry.help.state === "good" ? Theme.good : Theme.bad
            Layout.alignment: Qt.AlignTop
        }
        Line {
            objectName: "key_help"
            text: entry.help.sentence
            font.pixelSize: Theme.caption
            color: entry.help.state === "good" ? Theme.good : entry.help.state === "empty" || entry.help.state === "typing" ? Theme.secondary : Theme.bad
            Layout.fillWidth: true
        }
    }
    GridLayout {
        visible: !!entry.help.mistyped
        columns: entry.width < 460 * Theme.scale ? 1 : 2
        columnSpacing: 12
        rowSpacing: 8
        Layout.fillWidth: true
        Line {
            text: entry.help.mistyped ? entry.labels["perhaps"].replace("{key}", entry.help.mistyped.suggestion) : ""
            Layout.fillWidth: true
        }
        Action {
            objectName: "use_suggestion"
            text: entry.labels["use_suggestion"]
            onClicked: { field.text = entry.help.mistyped.suggestion; entry.take() }
        }
    }
}
