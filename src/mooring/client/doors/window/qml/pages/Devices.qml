// Account > Devices and licenses: what the account holds, and whose seat can be freed.
import QtQuick
import QtQuick.Layouts
import "../components"
import "../parts"

PageFrame {
    id: page

    name: "devices"
    snap: bridge.devices

    Card {
        icon: "people"
        title: page.snap.explanation
        visible: page.snap.ready
        Action {
            objectName: "lead_to_sign_in"
            visible: !page.snap.signed_in
            highlighted: true
            text: page.labels["sign_in"]
            onClicked: { page.bridge.goTo("your_info"); page.bridge.perform("your_info", "sign_in", []) }
        }
        Action {
            objectName: "refresh"
            visible: page.snap.signed_in
            enabled: !page.busy
            text: page.labels["refresh"]
            onClicked: page.act("load", [])
        }
    }
    Line { text: page.labels["device_list"]; visible: page.snap.devices.length > 0; font.weight: Font.DemiBold; Layout.topMargin: 20; Layout.bottomMargin: 4; Layout.fillWidth: true }
    Repeater {
        model: page.snap.devices
        Expander {
            id: device
            required property var modelData
            required property int index
            objectName: "device_" + index
            icon: "devices"
            iconColor: modelData.here ? Theme.accent : Theme.text
            title: modelData.name
            value: modelData.here ? page.labels["here"] : ""
            moreLabel: page.labels["show_more"]
            lessLabel: page.labels["show_less"]
            open: page.snap.devices.length < 4
            Facts { rows: device.modelData.facts }
            GridLayout {
                columns: device.width < 560 * Theme.scale ? 1 : 2
                Layout.fillWidth: true
                Field {
                    id: naming
                    objectName: "new_name_" + device.index
                    placeholderText: page.labels["new_name"]
                    Layout.fillWidth: true
                    Accessible.name: page.labels["new_name"] + ": " + device.modelData.name
                    Keys.onReturnPressed: renaming.click()
                }
                GridLayout {
                    readonly property bool stretch: device.width < 560 * Theme.scale
                    columns: stretch ? 1 : 2
                    columnSpacing: 8
                    Layout.fillWidth: stretch
                    Action {
                        id: renaming
                        objectName: "rename_" + device.index
                        text: page.labels["rename"]
                        enabled: naming.text !== "" && !page.busy
                        Accessible.name: text + ": " + device.modelData.name
                        onClicked: if (naming.text !== "") page.act("rename", [device.modelData.id, naming.text])
                    }
                    Action {
                        objectName: "free_" + device.index
                        text: page.labels["free"]
                        enabled: !page.busy
                        Accessible.name: text + ": " + device.modelData.name
                        onClicked: {
                            const id = device.modelData.id
                            page.ask(device.modelData.question, page.labels["free"], () => page.act("free", [id]))
                        }
                    }
                }
            }
        }
    }
    Line { text: page.labels["license_list"]; visible: page.snap.licenses.length > 0; font.weight: Font.DemiBold; Layout.topMargin: 20; Layout.bottomMargin: 4; Layout.fillWidth: true }
    Repeater {
        model: page.snap.licenses
        Expander {
            id: license
            required property var modelData
            required property int index
            objectName: "license_" + index
            icon: "key"
            iconColor: modelData.here ? Theme.accent : Theme.text
            title: modelData.name
            value: modelData.here ? page.labels["used_here"] : ""
            moreLabel: page.labels["show_more"]
            lessLabel: page.labels["show_less"]
            Facts { rows: license.modelData.facts }
        }
    }
    Card {
        icon: "warning"
        title: page.labels["every_device"]
        visible: page.snap.devices.length > 1
        Layout.topMargin: 20
        Action {
            objectName: "free_all"
            enabled: !page.busy
            text: page.labels["free_all"]
            onClicked: page.ask(page.snap.free_all_question, page.labels["free_all"], () => page.act("free_all", []))
        }
    }
}
