// Tells from the lock file under which licences the packages stand that the service runs on; judges none of them.

import { readFileSync } from "node:fs";

/** What of a package's entry in package-lock.json is read here. */
interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(
  readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"),
) as { packages: Readonly<Record<string, Locked>> };

/** Packages that package.json asks for by name, tools for development aside: name, version, licence. */
export function directLicences(): [name: string, ...string[]][] {
  const { dependencies, optionalDependencies } = packages[""] ?? {};
  return Object.keys({ ...dependencies, ...optionalDependencies }).map(
    (name) => {
      const { version = "", license } = packages[`node_modules/${name}`] ?? {};
      return [name, version, license ?? "not stated"];
    },
  );
}

/** How many packages stand under each licence, the most common first: those of package.json and all that they bring, on every platform. */
export function licenceCounts(): [licence: string, packages: number][] {
  const counts = new Map<string, number>();
  for (const [path, { dev, license = "not stated" }] of Object.entries(
    packages,
  )) {
    if (path !== "" && !dev)
      counts.set(license, (counts.get(license) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
