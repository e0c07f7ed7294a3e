// GET /metrics: what a request does to the figures, read as Prometheus reads them.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { METRICS_TYPE } from "../src/observe/metrics.ts";
import { noise, solid } from "./images.fixture.ts";
import { imageOf, postJson, postRaw } from "./requests.fixture.ts";
import { busyChild, eventually, served } from "./service.fixture.ts";

const service = served({
  COMPRESSION_SEMAPHORE_SIZE: "1",
  MAX_QUEUE_DEPTH: "1",
  API_KEY: "secret",
  PUBLIC_ACCESS: "true",
});
const tiny = await solid(16, 8).jpeg().toBuffer();
const heavy = await noise(1600, 1300).jpeg({ quality: 90 }).toBuffer();
/** Many seconds of libaom. */
const ENDLESS = "/convert?format=avif&avif_speed=0&q=90";

interface Scrape {
  readonly types: ReadonlyMap<string, string>;
  /** Values by name and labels, as they stand. */
  readonly values: ReadonlyMap<string, number>;
}

async function scrape(): Promise<Scrape> {
  const reply = await fetch(`${service().base}/metrics`);
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get("content-type"), METRICS_TYPE);
  return parse(await reply.text());
}

/** Reads format 0.0.4; throws at whatever it does not allow. */
function parse(text: string): Scrape {
  const types = new Map<string, string>();
  const values = new Map<string, number>();
  assert.ok(text.endsWith("\n"), "the last line ends");
  for (const line of text.slice(0, -1).split("\n")) {
    const told = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (told) {
      const [, kind, name = "", rest = ""] = told;
      if (kind === "TYPE") {
        assert.equal(types.has(name), false, `${name} is told of twice`);
        assert.match(rest, /^(counter|gauge|histogram)$/);
        types.set(name, rest);
      }
      continue;
    }
    const sample =
      /^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+\})? (\S+)$/.exec(line);
    assert.ok(sample, `no sample: ${line}`);
    const [, name = "", labels = "", number = ""] = sample;
    const family = name.replace(/_(bucket|sum|count)$/, "");
    assert.ok(types.has(name) || types.get(family) === "histogram", line);
    const value = number === "+Inf" ? Infinity : Number(number);
    assert.ok(!Number.isNaN(value), line);
    assert.equal(values.has(name + labels), false, `twice: ${line}`);
    values.set(name + labels, value);
  }
  return { types, values };
}

/** What a line says now; 0 where it is not there yet. */
async function figure(line: string): Promise<number> {
  return (await scrape()).values.get(line) ?? 0;
}

describe("the figures", () => {
  let start: Scrape;
  before(async () => {
    start = await scrape();
  });

  test("a conversion counts as a request, as a job, and as waits for its lanes", async () => {
    await imageOf(await postRaw(`${service().base}/convert?format=png`, tiny));
    const { values } = await scrape();
    for (const line of [
      'darkroom_requests_total{route="/convert",status="200",code="ok"}',
      'darkroom_request_duration_seconds_count{route="/convert"}',
      'darkroom_job_duration_seconds_count{verb="convert",format="jpeg"}',
      'darkroom_queue_wait_seconds_count{lane="work"}',
      'darkroom_queue_wait_seconds_count{lane="receive"}',
    ]) {
      const earlier = start.values.get(line) ?? 0;
      assert.equal(values.get(line), earlier + 1, line);
    }
  });

  test("a histogram's buckets rise to its count", async () => {
    const { values } = await scrape();
    const series = "darkroom_job_duration_seconds";
    const labels = 'verb="convert",format="jpeg"';
    const buckets = [...values]
      .filter(([line]) => line.startsWith(`${series}_bucket{${labels},le=`))
      .map(([, value]) => value);
    assert.ok(buckets.length > 5);
    assert.deepEqual(
      buckets,
      buckets.toSorted((a, b) => a - b),
    );
    assert.equal(
      values.get(`${series}_bucket{${labels},le="+Inf"}`),
      buckets.at(-1),
    );
    assert.equal(values.get(`${series}_count{${labels}}`), buckets.at(-1));
  });

  test("refusals count by their codes, unknown paths by none of their own", async () => {
    const { base } = service();
    await (await postRaw(`${base}/optimize`, Buffer.from("text"))).text();
    await (await postJson(`${base}/optimize`, { bogus: 1 })).text();
    await (await fetch(`${base}/no/${"x".repeat(50)}`)).text();
    await (
      await postRaw(`${base}/optimize`, tiny, { authorization: "Bearer wrong" })
    ).text();
    const { values } = await scrape();
    for (const line of [
      'route="/optimize",status="415",code="unsupported_format"',
      'route="/optimize",status="400",code="bad_request"',
      'route="unknown",status="404",code="not_found"',
      'route="/optimize",status="401",code="unauthorized"',
    ]) {
      assert.equal(values.get(`darkroom_requests_total{${line}}`), 1, line);
    }
  });

  test("a running job, those that wait, and what they hold are seen while it lasts", async () => {
    const leaving = new AbortController();
    const send = (): Promise<unknown> =>
      fetch(service().base + ENDLESS, {
        method: "POST",
        body: heavy,
        headers: { "content-type": "image/jpeg" },
        signal: leaving.signal,
      }).then(
        (reply) => reply.arrayBuffer(),
        () => undefined,
      );
    const first = send();
    await busyChild(service());
    const second = send();
    await eventually("one waits", async () => {
      return (await figure('darkroom_queue_depth{lane="work"}')) === 1;
    });
    const refused = await fetch(service().base + ENDLESS, {
      method: "POST",
      body: heavy,
      headers: { "content-type": "image/jpeg" },
    });
    assert.equal(refused.status, 503);
    await refused.text();
    const { values } = await scrape();
    assert.equal(values.get('darkroom_running{lane="work"}'), 1);
    assert.equal(values.get('darkroom_children{state="busy"}'), 1);
    assert.equal(values.get('darkroom_refused_total{lane="work"}'), 1);
    // 2 megapixels at the bytes a pixel that libaom is weighed with.
    assert.ok(values.get('darkroom_memory_held_bytes{lane="work"}')! > 50e6);

    leaving.abort();
    await Promise.all([first, second]);
    await eventually("both are counted as having left", async () => {
      const line =
        'darkroom_requests_total{route="/convert",status="499",code="client_closed"}';
      return (await figure(line)) === 2;
    });
    await eventually("nothing is held any more", async () => {
      return (await figure('darkroom_memory_held_bytes{lane="work"}')) === 0;
    });
    assert.equal(
      await figure('darkroom_children_ended_total{reason="abandoned"}'),
      1,
    );
  });

  test("bytes in and out are counted, of connections that are open too", async () => {
    const first = await scrape();
    await imageOf(await postRaw(`${service().base}/convert?format=png`, heavy));
    const second = await scrape();
    const grown = (line: string): number =>
      second.values.get(line)! - first.values.get(line)!;
    assert.ok(grown("darkroom_received_bytes_total") >= heavy.length);
    assert.ok(grown("darkroom_sent_bytes_total") >= 1_000_000);
  });

  test("the front tells of itself", async () => {
    const { values } = await scrape();
    assert.equal(values.get("darkroom_ready"), 1);
    assert.equal(values.get("darkroom_rate_limit_fail_open_total"), 0);
    assert.ok(values.get("process_resident_memory_bytes")! > 20e6);
    assert.ok(values.get("process_cpu_seconds_total")! > 0);
    assert.ok(values.has('darkroom_event_loop_delay_seconds{quantile="0.99"}'));
    const startedMs = values.get("process_start_time_seconds")! * 1000;
    assert.ok(Math.abs(startedMs - performance.timeOrigin) < 2000);
  });
});
