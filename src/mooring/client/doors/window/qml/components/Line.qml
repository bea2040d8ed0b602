// A text that wraps, in the color and size of the body unless told otherwise.
import QtQuick

Text {
    color: Theme.text
    font.pixelSize: Theme.body
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
    lineHeight: 1.15
    horizontalAlignment: Text.AlignLeft
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
