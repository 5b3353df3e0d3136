import { localDepartments } from "./departments.ts";
import { behindGateway, openShop, type Shop } from "./shop.ts";

/** Gateway, orders and every department in one process. */
export function wholeShop(): Shop {
  return behindGateway(openShop(localDepartments));
}
