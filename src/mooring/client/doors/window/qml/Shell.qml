// What both windows are: their colors, their text, their direction, and the focus kept in sight.
import QtQuick
import QtQuick.Controls.FluentWinUI3
import "components"

ApplicationWindow {
    id: shell

    required property var bridge
    property string chosenScheme: "" // of a test; else the system's
    readonly property string scheme: chosenScheme
        || (Application.styleHints.accessibility.contrastPreference === Qt.ContrastPreference.HighContrast ? "contrast"
            : Application.styleHints.colorScheme === Qt.ColorScheme.Dark ? "dark" : "light")
    property real textScale: 1
    property bool rightToLeft: false
    property Flickable scrolled: null

    visible: true
    color: Theme.mica
    font.pixelSize: Theme.body
    palette {
        window: Theme.mica
        base: Theme.card
        text: Theme.text
        windowText: Theme.text
        buttonText: Theme.text
        accent: Theme.accent
        highlight: Theme.accent
        highlightedText: Theme.inkOnAccent
        placeholderText: Theme.secondary
    }
    LayoutMirroring.enabled: rightToLeft
    LayoutMirroring.childrenInherit: true

    Binding { target: Theme; property: "scheme"; value: shell.scheme }
    Binding { target: Theme; property: "scale"; value: shell.textScale }

    onActiveFocusItemChanged: {
        const item = activeFocusItem
        if (!item || !scrolled)
            return
        for (let each = item; each; each = each.parent) {
            if (each === scrolled.contentItem) {
                const top = item.mapToItem(scrolled.contentItem, 0, 0).y
                const room = 24
                if (top < scrolled.contentY + room)
                    scrolled.contentY = Math.max(0, top - room)
                else if (top + item.height > scrolled.contentY + scrolled.height - room)
                    scrolled.contentY = Math.min(Math.max(0, scrolled.contentHeight - scrolled.height), top + item.height - scrolled.height + room)
                return
            }
        }
    }
}
