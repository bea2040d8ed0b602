// About: the support code, the certificate in plain words, and whether the service can be reached.
import QtQuick
import QtQuick.Layouts
import "../components"
import "../parts"

PageFrame {
    id: page

    name: "about"
    snap: bridge.about

    Card {
        icon: "about"
        title: page.snap.product
        below: [ Facts { rows: page.snap.facts } ]
    }
    Card {
        icon: "document"
        title: page.labels["support_code"]
        text: page.labels["support_code_means"]
        below: [ Line { objectName: "support_code"; text: Theme.breakable(page.snap.support_code); visible: text !== ""; font.family: "monospace"; font.pixelSize: Theme.caption; Accessible.name: page.snap.support_code; Layout.fillWidth: true } ]
        Action { objectName: "copy_support"; text: page.labels["copy"]; Accessible.name: text + ": " + page.labels["support_code"]; onClicked: page.bridge.copy(page.snap.support_code) }
    }
    Expander {
        id: certificate
        objectName: "certificate"
        icon: "activation"
        iconColor: page.snap.genuine === true ? Theme.good : page.snap.genuine === false ? Theme.bad : Theme.text
        title: page.labels["certificate"]
        text: page.snap.certificate_sentence
        open: page.snap.certificate.length > 0
        moreLabel: page.labels["show_more"]
        lessLabel: page.labels["show_less"]
        Facts { rows: page.snap.certificate }
    }
    Card {
        icon: "signal"
        title: page.labels["connection"]
        below: [
            Repeater {
                model: page.snap.connection
                RowLayout {
                    required property var modelData
                    spacing: 10
                    Layout.fillWidth: true
                    Icon { name: parent.modelData.passed ? "good" : "bad"; color: parent.modelData.passed ? Theme.good : Theme.bad; size: Math.round(16 * Theme.scale); Layout.alignment: Qt.AlignTop }
                    Line { text: parent.modelData.name + (parent.modelData.detail ? ": " + parent.modelData.detail : ""); wrapMode: Text.WrapAtWordBoundaryOrAnywhere; Layout.fillWidth: true }
                }
            }
        ]
        Action { objectName: "check_connection"; text: page.labels["check_connection"]; enabled: !page.busy; onClicked: page.act("check_connection", []) }
    }
    RowButton {
        objectName: "contact"
        iconName: "help"
        leadsOut: true
        text: page.snap.support ? page.snap.support.label : ""
        note: page.labels["open_page"]
        visible: !!page.snap.support
        onClicked: page.bridge.openAddress(page.snap.support.url)
    }
}
