// A line drawing in a square of 24 units, in the color of the text.
import QtQuick
import QtQuick.Shapes

Shape {
    id: icon

    property string path
    property color color: Theme.ink
    property real size: 20

    implicitWidth: size
    implicitHeight: size
    preferredRendererType: Shape.CurveRenderer

    ShapePath {
        scale: Qt.size(icon.size / 24, icon.size / 24)
        strokeColor: icon.color
        strokeWidth: 1.7 * icon.size / 24
        fillColor: "transparent"
        capStyle: ShapePath.RoundCap
        joinStyle: ShapePath.RoundJoin
        PathSvg { path: icon.path }
    }
}
