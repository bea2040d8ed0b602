// The Settings window: the pages on the side, one of them beside it.
import QtQuick
import QtQuick.Layouts
import QtQuick.Controls.FluentWinUI3
import "components"
import "parts"

Shell {
    id: window

    readonly property var labels: bridge.labels
    readonly property bool roomy: width >= 760 * Theme.scale
    // Where there is hardly room for words, the list of pages lies above them instead of beside them.
    readonly property bool cramped: width < 480 * Theme.scale
    readonly property real headline: roomy ? Theme.title : Math.round(20 * Theme.scale)
    readonly property var parents: ({ "your_info": "accounts", "devices": "account", "activation": "system", "privacy": "settings", "about": "system" })
    readonly property var files: ({ "your_info": "YourInfo", "devices": "Devices", "activation": "Activation", "privacy": "Privacy", "about": "About" })

    // The list of pages is painted first, then the page beside it.
    property bool begun: false
    function begin(): void {
        if (!begun) {
            begun = true
            shown.turn()
        }
    }
    onFrameSwapped: if (!begun) Qt.callLater(begin)
    Timer { interval: 100; running: !window.begun; onTriggered: window.begin() }

    width: 1060
    height: 760
    minimumWidth: 320
    minimumHeight: 320
    title: labels["settings_of"].replace("{product}", bridge.product)
    scrolled: scrolling

    Repeater {
        model: window.bridge.pages
        Item {
            required property string modelData
            required property int index
            Shortcut { sequences: ["Alt+" + (index + 1), "Ctrl+" + (index + 1)]; onActivated: window.bridge.goTo(modelData) }
        }
    }
    Shortcut { sequences: [StandardKey.Refresh]; onActivated: window.bridge.goTo(window.bridge.page) }
    Shortcut { sequences: [StandardKey.Close, StandardKey.Quit]; onActivated: window.close() }
    Shortcut { sequences: [StandardKey.Cancel]; enabled: !!window.bridge.yourInfo.signing_in; onActivated: window.bridge.perform("your_info", "cancel", []) }

    Connections {
        target: window.bridge
        function onLed(page: string, part: string): void {
            scrolling.contentY = 0
            if (part !== "")
                window.begin()
            if (part !== "" && shown.item && shown.item.lead)
                shown.item.lead(part)
        }
    }

    GridLayout {
        anchors.fill: parent
        columns: window.cramped ? 1 : 2
        columnSpacing: 0
        rowSpacing: 0

        GridLayout {
            id: rail
            readonly property real breadth: window.roomy ? Math.round(280 * Math.min(Theme.scale, 1.3)) : Math.round(36 + 20 * Theme.scale)
            columns: window.cramped ? window.bridge.pages.length : 1
            Layout.preferredWidth: window.cramped ? -1 : breadth
            Layout.maximumWidth: window.cramped ? -1 : breadth
            Layout.fillWidth: window.cramped
            Layout.fillHeight: !window.cramped
            Layout.margins: window.cramped ? 4 : 8
            Layout.topMargin: window.cramped ? 4 : 16
            columnSpacing: 4
            rowSpacing: 4
            Accessible.role: Accessible.PageTabList
            Accessible.name: window.labels["pages"]

            RowLayout {
                visible: !window.cramped
                spacing: 12
                Layout.bottomMargin: 16
                Layout.leftMargin: window.roomy ? 8 : 0
                Layout.fillWidth: true
                Rectangle {
                    implicitWidth: window.roomy ? 56 : 36
                    implicitHeight: implicitWidth
                    radius: width / 2
                    color: Theme.pick("#dce6f0", "#38424c", "#000000")
                    border.width: Theme.contrast ? 1 : 0
                    border.color: Theme.text
                    Icon { anchors.centerIn: parent; name: "your_info"; size: window.roomy ? 28 : 20; color: Theme.accent }
                }
                ColumnLayout {
                    visible: window.roomy
                    spacing: 0
                    Layout.fillWidth: true
                    Line { text: window.bridge.product; font.weight: Font.DemiBold; Layout.fillWidth: true }
                    Line { objectName: "person"; text: window.bridge.yourInfo.headline; font.pixelSize: Theme.caption; color: Theme.secondary; wrapMode: Text.WrapAtWordBoundaryOrAnywhere; Layout.fillWidth: true }
                }
            }
            Repeater {
                model: window.bridge.pages
                NavItem {
                    required property string modelData
                    objectName: "page_" + modelData
                    iconName: modelData
                    text: window.labels[modelData]
                    wide: window.roomy
                    flat: window.cramped
                    current: window.bridge.page === modelData
                    onClicked: window.bridge.goTo(modelData)
                }
            }
            Item { visible: !window.cramped; Layout.fillHeight: true }
        }

        Flickable {
            id: scrolling
            objectName: "scrolling"
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            contentWidth: width
            contentHeight: sheet.implicitHeight + 56
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: ScrollBar {}

            ColumnLayout {
                id: sheet
                x: window.roomy ? 32 : 12
                y: window.cramped ? 12 : 24
                width: Math.min(1000, scrolling.width - (window.roomy ? 64 : 24))
                spacing: 20

                Flow {
                    spacing: 10
                    Layout.fillWidth: true
                    Line { text: window.labels[window.parents[window.bridge.page]]; font.pixelSize: window.headline; font.weight: Font.DemiBold; color: Theme.secondary; width: Math.min(implicitWidth, parent.width); wrapMode: Text.WrapAtWordBoundaryOrAnywhere }
                    Line { text: window.rightToLeft ? "‹" : "›"; font.pixelSize: window.headline; color: Theme.secondary; Accessible.ignored: true }
                    Line {
                        objectName: "title"
                        text: window.labels[window.bridge.page]
                        font.pixelSize: window.headline
                        font.weight: Font.DemiBold
                        width: Math.min(implicitWidth, parent.width)
                        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                        Accessible.role: Accessible.Heading
                    }
                }
                Loader {
                    id: shown
                    Layout.fillWidth: true
                    function turn(): void { setSource("pages/" + window.files[window.bridge.page] + ".qml", { bridge: window.bridge }) }
                    Connections { target: window.bridge; function onPageChanged(): void { window.begin(); shown.turn() } }
                }
            }
        }
    }
}
