// The walls of docs/architecture.md, enforced: each rule says what a breach would mean. There is no list of known breaches.

const tests = "\\.(test|fixture)\\.ts$";
const halves = "^src/codecs/[^/]+/(index|header|plan|strategies|predict)\\.ts$";

/** A rule of this house: `from` must not import `to`. */
const wall = (name, comment, from, to) => ({
  name,
  comment,
  severity: "error",
  from: { pathNot: tests, ...from },
  to,
});

export default {
  forbidden: [
    wall(
      "no-cycles",
      "Two files that need each other are one file, or one of them is in the wrong room.",
      {},
      { circular: true },
    ),
    wall(
      "image-is-pure",
      "The vocabulary would depend on what it names.",
      { path: "^src/(image/|errors\\.ts$)" },
      { pathNot: "^src/(image/|errors\\.ts$)" },
    ),
    wall(
      "rows-reach-no-engine",
      "The front reads rows: an engine behind one would be loaded where no pixel may be decoded.",
      { path: halves },
      {
        path: "^src/(engines|pipeline|verbs|pool|http|sources|sinks|guards|observe)/|^node_modules/sharp/",
      },
    ),
    wall(
      "containers-are-pure",
      "Header readers run in the front on hostile bytes: nothing but arithmetic may follow them there.",
      { path: "^src/codecs/containers/" },
      {
        path: "^src/(engines|pipeline|verbs|pool|http|sources|sinks|guards|observe)/",
      },
    ),
    wall(
      "formats-are-strangers",
      "A format that knows another cannot be added, changed or removed alone.",
      { path: "^src/codecs/(jpeg|png|webp|avif|heic|gif|tiff|bmp|jxl|svg)/" },
      {
        path: "^src/codecs/(jpeg|png|webp|avif|heic|gif|tiff|bmp|jxl|svg)/",
        pathNot: "^src/codecs/$1/",
      },
    ),
    wall(
      "table-is-for-deciders",
      "A row that reads the table would depend on every other format.",
      {
        path: "^src/",
        pathNot: `^src/(codecs/(table|sniff)\\.ts|service/|main\\.ts|http/|cli/|pipeline/|verbs/|observe/)|${tests}`,
      },
      { path: "^src/codecs/(table|sniff)\\.ts$" },
    ),
    wall(
      "canvas-alone-meets-sharp",
      "Steps say what is done to the picture; how libvips is driven has one home.",
      {
        path: "^src/pipeline/",
        pathNot: `^src/pipeline/canvas\\.ts$|${tests}`,
      },
      { path: "^src/engines/" },
    ),
    wall(
      "verbs-command-no-engine",
      "A verb that drives an engine would bypass the strategies and their checks.",
      { path: "^src/verbs/" },
      {
        path: "^src/(engines|pool/(pool|worker)|http|sources|sinks|guards|observe)/?",
      },
    ),
    wall(
      "pipeline-knows-no-verb",
      "Steps would depend on what they are used for.",
      { path: "^src/pipeline/" },
      { path: "^src/(verbs|pool|http|sources|sinks|guards|observe)/" },
    ),
    wall(
      "front-decodes-nothing",
      "A crash or hang in a codec would take every connection with it.",
      {
        path: "^src/(http|cli|service|sources|sinks|guards|observe|net)/|^src/config\\.ts$",
      },
      {
        path: "^src/(verbs|pipeline|engines)/|/back\\.ts$|^node_modules/sharp/",
      },
    ),
    wall(
      "back-opens-no-socket",
      "Code that parses hostile bytes must have nowhere to send them.",
      { path: "^src/(codecs|engines|pipeline|verbs|score)/" },
      {
        path: "^(net|http|https|http2|tls|dgram|undici|fastify)$|^src/(http|net|sources|sinks)/",
      },
    ),
    wall(
      "ports-are-strangers",
      "Sources, sinks, guards and observers are changed one at a time.",
      { path: "^src/(sources|sinks|guards|observe)/" },
      { path: "^src/(sources|sinks|guards|observe)/", pathNot: "^src/$1/" },
    ),
    wall(
      "score-is-arithmetic",
      "The score would depend on what it judges.",
      { path: "^src/score/" },
      { path: "^src/", pathNot: "^src/(score|vectors)/" },
    ),
    wall(
      "fastify-in-http",
      "A second room that knows the web framework could never leave it.",
      { path: "^src/", pathNot: `^src/http/|${tests}` },
      { path: "^node_modules/(fastify|@fastify)/" },
    ),
    wall(
      "sharp-in-its-door",
      "Limits and set-up of libvips hold only where all calls go through one door.",
      { path: "^src/", pathNot: `^src/engines/sharp\\.ts$|${tests}` },
      { path: "^node_modules/sharp/" },
    ),
    wall(
      "napi-image-in-its-door",
      "A native library that any code may call would be loaded in the front, and uninterruptible anywhere.",
      { path: "^src/", pathNot: `^src/engines/oxipng\\.ts$|${tests}` },
      { path: "^node_modules/@napi-rs/image/" },
    ),
    wall(
      "svgo-in-its-door",
      "What svgo writes is only believed where it is judged again; a second caller might not.",
      { path: "^src/", pathNot: `^src/engines/svgo(-worker)?\\.ts$|${tests}` },
      { path: "^node_modules/svgo/" },
    ),
    wall(
      "ioredis-in-its-door",
      "A second client would wait without the limits that keep requests moving when Redis is away.",
      { path: "^src/", pathNot: `^src/guards/rate-redis\\.ts$|${tests}` },
      { path: "^node_modules/ioredis/" },
    ),
    wall(
      "processes-have-two-parents",
      "A process that neither the pool nor the command door started is limited and killed by nobody.",
      {
        path: "^src/",
        pathNot: `^src/(pool/(child|warden)|engines/command)\\.ts$|${tests}`,
      },
      { path: "^(node:)?child_process$" },
    ),
    wall(
      "main-is-the-root",
      "Whoever imports the composition root can no longer be composed by it.",
      { path: "^src/" },
      { path: "^src/main\\.ts$" },
    ),
    wall(
      "src-stands-alone",
      "The product would need its own tests or lab to run.",
      { path: "^src/" },
      { path: "^(test|bench|scripts)/" },
    ),
  ],
  options: {
    doNotFollow: { path: "^node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    parser: "swc",
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".mjs", ".js"] },
  },
};
