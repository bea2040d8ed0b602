// I changed hardware on this device recently: which of the account's devices is this one?
import QtQuick
import QtQuick.Layouts
import "../components"

ColumnLayout {
    id: shooter

    required property var bridge
    required property var found
    property bool busy: false
    readonly property var labels: bridge.labels

    spacing: 4

    Card {
        icon: "tool"
        title: shooter.labels["changed_hardware"]
        text: shooter.found.sentence
        Action {
            objectName: "sign_in_for_it"
            visible: shooter.found.needs_sign_in
            highlighted: true
            text: shooter.labels["sign_in"]
            onClicked: { shooter.bridge.goTo("your_info"); shooter.bridge.perform("your_info", "sign_in", []) }
        }
        Action {
            objectName: "close_troubleshooter"
            text: shooter.labels["cancel"]
            onClicked: shooter.bridge.perform("activation", "close_troubleshooter", [])
        }
    }
    Repeater {
        model: shooter.found.candidates
        Card {
            id: candidate
            required property var modelData
            required property int index
            icon: "devices"
            iconColor: modelData.likely ? Theme.accent : Theme.text
            title: modelData.name
            badge: modelData.likely ? shooter.labels["likely"] : ""
            text: modelData.allowed ? "" : modelData.why_not || ""
            below: [
                Facts { rows: candidate.modelData.facts },
                Action {
                    objectName: "this_device_" + candidate.index
                    highlighted: candidate.modelData.likely
                    enabled: candidate.modelData.allowed && !shooter.busy
                    text: shooter.labels["this_device"]
                    Accessible.name: text + ": " + candidate.modelData.name
                    onClicked: shooter.bridge.perform("activation", "reactivate", [candidate.modelData.id])
                }
            ]
        }
    }
}
