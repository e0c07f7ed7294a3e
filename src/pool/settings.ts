// The settings of the pool and of the work in it, by their environment names.

import { Type } from "typebox";

export const poolSettings = {
  WORKERS: Type.Integer({
    minimum: 0,
    maximum: 1024,
    default: 0,
    description:
      "Child processes kept ready; 0 for one per slot, estimates' slots included.",
  }),
  TOOL_TIMEOUT_SECONDS: Type.Number({
    minimum: 0.1,
    maximum: 3600,
    default: 60,
    description: "Seconds one outside tool may take.",
  }),
  PROCESS_TIMEOUT_SEC: Type.Number({
    minimum: 0.1,
    maximum: 3600,
    default: 60,
    description: "Seconds a whole job may take once it runs.",
  }),
  MAGICK_THREAD_LIMIT: Type.Integer({
    minimum: 1,
    maximum: 256,
    default: 1,
    description: "Threads one job may use; OMP_NUM_THREADS says the same.",
  }),
  JPEG_ENCODER: Type.Enum(["auto", "mozjpeg", "cjpeg", "turbo", "pillow"], {
    default: "auto",
    description:
      "auto: what measured best for /optimize, libjpeg-turbo progressive for /convert; mozjpeg (cjpeg) or turbo (pillow) for both.",
  }),
  AVIF_ENCODER: Type.Enum(["auto", "svt", "aom"], {
    default: "auto",
    description:
      "svt: SVT-AV1 through avifenc, where it is found, for /convert in 4:2:0; aom: libaom; auto: SVT-AV1 from version 4 on, else libaom.",
  }),
  WORKSPACE_DIR: Type.String({
    default: "",
    description:
      "Folder for requests' files; empty for memory where 1 GiB is free there, else the temporary folder.",
  }),
  SHUTDOWN_GRACE_SECONDS: Type.Number({
    minimum: 0,
    maximum: 3600,
    default: 30,
    description:
      "Seconds running jobs are given to end when the service stops.",
  }),
};
