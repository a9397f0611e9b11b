import { showConfirmDialog } from "vant";
import { t } from "../words";

/** A question before what is not easily taken back. */
export async function sure(message: string): Promise<boolean> {
  try {
    await showConfirmDialog({ message, confirmButtonText: t("confirm"), cancelButtonText: t("cancel") });
    return true;
  } catch {
    return false;
  }
}
