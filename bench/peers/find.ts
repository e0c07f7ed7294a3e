// Finds out which peers are on this machine; one that is not is skipped with a reason.

import type { Peer, PeerReport } from "./peer.ts";
import { timedCommand } from "./timed-command.ts";

export async function findPeer(peer: Peer): Promise<PeerReport> {
  const { name, formats, version } = peer;
  const absent = { name, formats, version: null, startCpuMs: null };
  try {
    const { words, cpuMs } = await timedCommand(version.command);
    const found = version.says.exec(words)?.[1];
    if (found === undefined) {
      return {
        ...absent,
        skipped: `${version.command[0]} is another program of that name`,
      };
    }
    return { name, formats, version: found, skipped: null, startCpuMs: cpuMs };
  } catch {
    return { ...absent, skipped: `${version.command[0]} does not run here` };
  }
}
