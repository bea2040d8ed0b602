// A sign-in that waits for the person: in the browser, or by a code and a QR code; and the way out of it.
import QtQuick
import QtQuick.Layouts
import "../components"

Card {
    id: waiting

    required property var bridge
    required property var signingIn
    readonly property var labels: bridge.labels
    readonly property bool byCode: signingIn.way === "code"

    icon: "your_info"
    title: labels["signing_in"]
    text: signingIn.sentence
    below: [
        GridLayout {
            Layout.fillWidth: true
            columns: waiting.narrow ? 1 : 2
            columnSpacing: 24
            rowSpacing: 12
            visible: !!waiting.signingIn.address
            QrCode {
                visible: waiting.byCode && rows.length > 0
                rows: waiting.signingIn.qr
                name: waiting.labels["qr_code"]
            }
            ColumnLayout {
                spacing: 8
                Layout.fillWidth: true
                Line { text: waiting.byCode ? waiting.labels["address"] : waiting.labels["open_again"]; color: Theme.secondary; Layout.fillWidth: true }
                Line { text: waiting.signingIn.address || ""; wrapMode: Text.WrapAnywhere; Layout.fillWidth: true }
                Line { text: waiting.labels["code"]; color: Theme.secondary; visible: waiting.byCode }
                Line {
                    objectName: "user_code"
                    text: waiting.signingIn.code || ""
                    visible: waiting.byCode
                    font.pixelSize: Theme.title
                    font.letterSpacing: 2
                    Layout.fillWidth: true
                }
                Line { text: waiting.signingIn.good_for || ""; visible: waiting.byCode; color: Theme.secondary; font.pixelSize: Theme.caption; Layout.fillWidth: true }
                Action {
                    objectName: "copy_address"
                    text: waiting.labels["copy"]
                    onClicked: waiting.bridge.copy(waiting.signingIn.complete_address || waiting.signingIn.address)
                }
            }
        }
    ]
    Action {
        objectName: "by_code_instead"
        visible: !waiting.byCode
        text: waiting.labels["sign_in_by_code"]
        onClicked: { waiting.bridge.perform("your_info", "cancel", []); waiting.bridge.perform("your_info", "sign_in_by_code", []) }
    }
    Action {
        objectName: "cancel"
        text: waiting.labels["cancel"]
        onClicked: waiting.bridge.perform("your_info", "cancel", [])
    }
}
