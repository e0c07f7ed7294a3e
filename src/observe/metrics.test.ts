// Claims about the text that Prometheus reads: every kind of figure as format 0.0.4 has it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Metrics } from "./metrics.ts";

test("a counter has a line for every combination of labels, and adds up", () => {
  const metrics = new Metrics();
  const counter = metrics.counter("hits_total", "Hits.");
  counter.add();
  counter.add({ code: "ok", route: "/a" });
  counter.add({ code: "ok", route: "/a" }, 2.5);
  assert.equal(
    metrics.text(),
    `# HELP hits_total Hits.
# TYPE hits_total counter
hits_total 1
hits_total{code="ok",route="/a"} 3.5
`,
  );
});

test("a histogram's buckets hold what is at most their bound, lower ones included", () => {
  const metrics = new Metrics();
  const histogram = metrics.histogram("wait_seconds", "Waits.", [0.5, 1]);
  for (const value of [0.25, 0.5, 0.75, 8]) {
    histogram.observe(value, { lane: "work" });
  }
  assert.equal(
    metrics.text(),
    `# HELP wait_seconds Waits.
# TYPE wait_seconds histogram
wait_seconds_bucket{lane="work",le="0.5"} 2
wait_seconds_bucket{lane="work",le="1"} 3
wait_seconds_bucket{lane="work",le="+Inf"} 4
wait_seconds_sum{lane="work"} 9.5
wait_seconds_count{lane="work"} 4
`,
  );
});

test("what others keep is asked for anew each time", () => {
  const metrics = new Metrics();
  let depth = 1;
  metrics.read("depth", "Depth.", "gauge", () => [[{}, depth]]);
  assert.match(metrics.text(), /^depth 1$/m);
  depth = 2;
  assert.match(metrics.text(), /^depth 2$/m);
});

test("labels and help may hold anything; infinity is written as Prometheus reads it", () => {
  const metrics = new Metrics();
  const odd = 'a "b" \\ \n c';
  metrics.read("odd", odd, "gauge", () => [
    [{ label: odd }, Infinity],
    [{ label: "low" }, -Infinity],
    [{ label: "none" }, NaN],
  ]);
  assert.equal(
    metrics.text(),
    String.raw`# HELP odd a "b" \\ \n c
# TYPE odd gauge
odd{label="a \"b\" \\ \n c"} +Inf
odd{label="low"} -Inf
odd{label="none"} NaN
`,
  );
});

test("a figure without values still says what it is", () => {
  const metrics = new Metrics();
  metrics.counter("never_total", "Never.");
  assert.equal(
    metrics.text(),
    "# HELP never_total Never.\n# TYPE never_total counter\n",
  );
});
