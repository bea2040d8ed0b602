// A QR code: dark squares on white, whatever the colors are, for a camera to read.
import QtQuick
import QtQuick.Shapes

Rectangle {
    id: code

    property var rows: []
    property string name
    readonly property real square: Math.max(2, Math.floor(196 * Math.min(Theme.scale, 1.25) / Math.max(rows.length, 1)))

    implicitWidth: square * rows.length
    implicitHeight: implicitWidth
    color: "white"
    Accessible.role: Accessible.Graphic
    Accessible.name: name

    function outline(): string {
        let path = ""
        for (let y = 0; y < rows.length; y++)
            for (let x = 0; x < rows[y].length; x++)
                if (rows[y][x])
                    path += "M" + x * square + " " + y * square + "h" + square + "v" + square + "h-" + square + "z"
        return path
    }

    Shape {
        anchors.fill: parent
        antialiasing: false
        ShapePath {
            strokeWidth: -1
            fillColor: "black"
            PathSvg { path: code.outline() }
        }
    }
}
