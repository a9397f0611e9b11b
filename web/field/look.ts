/* The styles of the Vant parts that are used, each with what it stands on; then our own. */
import "vant/es/button/style";
import "vant/es/cell/style";
import "vant/es/cell-group/style";
import "vant/es/dialog/style";
import "vant/es/field/style";
import "vant/es/icon/style";
import "vant/es/tabbar/style";
import "vant/es/tabbar-item/style";
import "./style.css";
