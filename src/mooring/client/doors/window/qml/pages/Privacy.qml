// Privacy: exactly what is sent and what for, before it is sent; and what nobody gets.
import QtQuick
import QtQuick.Layouts
import "../components"
import "../parts"

PageFrame {
    id: page

    name: "privacy"
    snap: bridge.privacy

    Card { icon: "privacy"; iconColor: Theme.good; title: page.snap.headline }
    Line { text: page.labels["purposes"]; font.weight: Font.DemiBold; Layout.topMargin: 20; Layout.bottomMargin: 4; Layout.fillWidth: true }
    Repeater {
        model: page.snap.purposes
        Expander {
            id: purpose
            required property var modelData
            required property int index
            objectName: "purpose_" + index
            icon: ["activation", "devices", "your_info", "people"][index] || "about"
            title: modelData.name
            value: modelData.standing
            moreLabel: page.labels["show_more"]
            lessLabel: page.labels["show_less"]
            Line { text: purpose.modelData.explanation; Layout.fillWidth: true }
        }
    }
    Line { text: page.snap.preview_title; font.weight: Font.DemiBold; Layout.topMargin: 20; Layout.bottomMargin: 4; Layout.fillWidth: true }
    Card {
        icon: "document"
        title: page.snap.preview_note
        below: [ Facts { rows: page.snap.preview; mono: true; visible: rows.length > 0 } ]
    }
    Expander {
        objectName: "whole"
        icon: "document"
        title: page.labels["preview_whole"]
        moreLabel: page.labels["show_more"]
        lessLabel: page.labels["show_less"]
        Line { text: page.snap.preview_text; font.family: "monospace"; wrapMode: Text.WrapAnywhere; font.pixelSize: Theme.caption; Layout.fillWidth: true }
        Action { objectName: "copy_preview"; text: page.labels["copy"]; Accessible.name: text + ": " + page.labels["preview_whole"]; onClicked: page.bridge.copy(page.snap.preview_text) }
    }
    RowButton {
        objectName: "policy"
        iconName: "help"
        leadsOut: true
        text: page.snap.policy ? page.snap.policy.label : ""
        note: page.labels["open_page"]
        visible: !!page.snap.policy
        onClicked: page.bridge.openAddress(page.snap.policy.url)
    }
}
