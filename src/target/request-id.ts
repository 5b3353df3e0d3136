/** Joins a trace with the request that the driver sent. */
export const REQUEST_ID_ATTRIBUTE = "spantoll.request_id";

/** The driver's ids are whole numbers; ids of other clients stay text. */
export function requestIdAttribute(header: string | string[] | undefined): Record<string, string | number> {
  if (typeof header !== "string") return {};
  const id = Number(header);
  return { [REQUEST_ID_ATTRIBUTE]: Number.isSafeInteger(id) ? id : header };
}
