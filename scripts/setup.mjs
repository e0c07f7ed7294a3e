// Installs what `npm start` and `npm test` need: npm packages (the pinned Node among them) and, where it may, the
// system's image tools. Plain JavaScript, since it runs under whatever Node the machine has; does nothing the second time.

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stampFolder = join(root, "node_modules", ".darkroom");
const forTests = process.argv.includes("--test");

/** Each tool: the command that shows it is there, and the package that brings it on Debian and by Homebrew. */
const TOOLS = [
  {
    command: "vips",
    debian: "libvips-tools",
    homebrew: "vips",
    costs: "HEIC input",
  },
  {
    command: "jpegtran",
    debian: "libjpeg-turbo-progs",
    homebrew: "jpeg-turbo",
    costs: "lossless JPEG rewriting",
  },
  {
    command: "avifenc",
    debian: "libavif-bin",
    homebrew: "libavif",
    costs: "AVIF with 4:2:2 chroma",
  },
  {
    command: "gifsicle",
    debian: "gifsicle",
    homebrew: "gifsicle",
    costs: "GIF optimization",
  },
  {
    command: "heif-enc",
    debian: "libheif-examples",
    homebrew: "libheif",
    costs: "HEIC output",
  },
  {
    command: "cjxl",
    debian: "libjxl-tools",
    homebrew: "jpeg-xl",
    costs: "JPEG XL",
  },
];
const TEST_TOOLS = [
  {
    command: "redis-server",
    debian: "redis-server",
    homebrew: "redis",
    costs: "tests of shared rate limits",
  },
];

installPackages();
installTools(forTests ? [...TOOLS, ...TEST_TOOLS] : TOOLS);

/** `npm ci` when the lockfile differs from the one last installed, or the pinned Node is missing. */
function installPackages() {
  const lock = readFileSync(join(root, "package-lock.json"));
  const digest = createHash("sha256").update(lock).digest("hex");
  const stamp = join(stampFolder, "lockfile");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  say("installing npm packages");
  const npm = process.env.npm_execpath;
  const [program, args] = npm ? [process.execPath, [npm]] : ["npm", []];
  const result = spawnSync(
    program,
    [...args, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      // An inherited NODE_ENV=production would leave out what the tests need.
      env: { ...process.env, NODE_ENV: "" },
    },
  );
  if (result.status !== 0)
    fail("npm could not install the packages; see above.");
  leaveStamp("lockfile", digest);
}

/** Tools that are missing are installed where that needs no question; a failed try is not repeated until the list changes. */
function installTools(tools) {
  const missing = tools.filter(({ command }) => !find(command));
  if (missing.length === 0) return;
  const list = missing.map(({ debian }) => debian).join(" ");
  const stamp = join(stampFolder, "tools-tried");
  const tried = existsSync(stamp) && readFileSync(stamp, "utf8") === list;
  if (
    tried ||
    process.env.DARKROOM_SYSTEM_TOOLS === "no" ||
    !tryInstall(missing)
  )
    explain(missing);
  const still = tools.filter(({ command }) => !find(command));
  if (still.length > 0)
    leaveStamp("tools-tried", still.map(({ debian }) => debian).join(" "));
}

function tryInstall(missing) {
  if (process.platform === "darwin" && find("brew")) {
    say(
      `installing ${missing.map(({ homebrew }) => homebrew).join(", ")} by Homebrew`,
    );
    return run("brew", [
      "install",
      "--quiet",
      ...missing.map(({ homebrew }) => homebrew),
    ]);
  }
  if (!find("apt-get")) return false;
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (
    sudo.length > 0 &&
    (!find("sudo") || !run("sudo", ["-n", "true"], "ignore"))
  )
    return false;
  const packages = missing.map(({ debian }) => debian);
  say(`installing ${packages.join(", ")} by apt`);
  const apt = [
    ...sudo,
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    "-qq",
    "-o",
    "Dpkg::Use-Pty=0",
  ];
  const [program, ...args] = apt;
  return (
    run(program, [...args, "update"]) &&
    run(program, [
      ...args,
      "install",
      "-y",
      "--no-install-recommends",
      ...packages,
    ])
  );
}

function explain(missing) {
  const lines = missing.map(
    ({ command, debian, homebrew, costs }) =>
      `  ${command} (Debian: ${debian}, Homebrew: ${homebrew}): without it, no ${costs}`,
  );
  say(
    `these tools are not installed and could not be installed here; the service runs without them:\n${lines.join("\n")}`,
  );
}

function run(program, args, stdio = ["ignore", "ignore", "inherit"]) {
  try {
    execFileSync(program, args, { stdio });
    return true;
  } catch {
    return false;
  }
}

function find(command) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function leaveStamp(name, text) {
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(join(stampFolder, name), text);
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
