// Where HEIC keeps its metadata: as every HEIF file does.

export { readMetadata, writeMetadata } from "../containers/heif-metadata.ts";
