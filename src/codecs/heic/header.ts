// Decides what HEIC files are; everything they share with other HEIF files is containers/heif.ts.

import type { Facts } from "../../image/facts.ts";
import { headerOfHeif } from "../containers/heif.ts";
import type { ByteReader } from "../containers/reader.ts";

/** Facts of a HEIC. Throws `invalid_image`; see `headerOfHeif`. */
export function header(reader: ByteReader): Promise<Facts> {
  return headerOfHeif(reader, "heic");
}
