// Claims about sizes and places: nothing is enlarged, everything ends upright, and no logo leaves the frame.

import assert from "node:assert/strict";
import { test } from "node:test";

import sharp from "sharp";

import type { Orientation } from "./facts.ts";
import {
  orientedSize,
  overlayPlace,
  overlaySize,
  plannedSize,
  planResize,
  UPRIGHT,
} from "./geometry.ts";
import type { ResizePlan, Size } from "./geometry.ts";
import { GRAVITIES } from "./intent.ts";
import type { BoxIntent, Gravity, OverlayPlacing } from "./intent.ts";

function random(seed: number): (low: number, high: number) => number {
  let state = seed;
  return (low, high) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return low + Math.floor((state / 2 ** 32) * (high - low + 1));
  };
}

const FITS = ["inside", "cover", "contain", "fill"] as const;

/** A box as it stands in a table: width, height (0 where it was not given), fit, and whether it may enlarge. */
type Asked = readonly [
  width: number,
  height: number,
  fit: BoxIntent["fit"],
  enlarge?: "enlarge",
];

function boxOf([width, height, fit, enlarge]: Asked): BoxIntent {
  return {
    ...(width > 0 && { width }),
    ...(height > 0 && { height }),
    fit,
    enlarge: enlarge !== undefined,
  };
}

type Sides = readonly [width: number, height: number];

/** The picture's own size in its frame is given where they differ. */
const resizes: readonly (readonly [
  claim: string,
  source: Sides,
  asked: Asked | undefined,
  size: Sides,
  reduction: number,
  picture?: Sides,
])[] = [
  ["nothing asked", [400, 300], undefined, [400, 300], 1],
  ["inside, landscape", [400, 300], [200, 200, "inside"], [200, 150], 2],
  ["inside, portrait", [300, 400], [100, 100, "inside"], [75, 100], 4],
  [
    "inside, the size there is",
    [400, 300],
    [400, 400, "inside"],
    [400, 300],
    1,
  ],
  [
    "inside, more than there is",
    [400, 300],
    [9000, 9000, "inside"],
    [400, 300],
    1,
  ],
  [
    "inside, enlarged",
    [400, 300],
    [800, 900, "inside", "enlarge"],
    [800, 600],
    1,
  ],
  [
    "inside, to be enlarged, but the box is smaller",
    [400, 300],
    [200, 900, "inside", "enlarge"],
    [200, 150],
    2,
  ],
  ["a strip keeps a pixel", [4000, 3], [10, 10, "inside"], [10, 1], 400],
  ["a width alone", [400, 300], [200, 0, "inside"], [200, 150], 2],
  ["a height alone", [400, 300], [0, 100, "inside"], [133, 100], 3],
  ["a larger width alone", [400, 300], [800, 0, "inside"], [400, 300], 1],
  [
    "a larger height alone, enlarged",
    [400, 300],
    [0, 600, "inside", "enlarge"],
    [800, 600],
    1,
  ],
  [
    "a square of the size of the short edge",
    [400, 300],
    [65_535, 65_535, "cover"],
    [300, 300],
    1,
  ],
  ["a square of a size", [400, 300], [100, 100, "cover"], [100, 100], 3],
  [
    "a square larger than the short edge",
    [400, 300],
    [350, 350, "cover"],
    [300, 300],
    1,
  ],
  ["one pixel", [1, 1], [1, 1, "cover"], [1, 1], 1],
  [
    "cover by a box larger on one side keeps the box's aspect",
    [400, 300],
    [800, 200, "cover"],
    [400, 100],
    1,
  ],
  [
    "cover, enlarged",
    [400, 300],
    [800, 200, "cover", "enlarge"],
    [800, 200],
    1,
  ],
  [
    "contain, landscape in a square",
    [400, 300],
    [200, 200, "contain"],
    [200, 200],
    2,
    [200, 150],
  ],
  [
    "contain in a larger box keeps the picture's size",
    [400, 300],
    [600, 500, "contain"],
    [600, 500],
    1,
    [400, 300],
  ],
  [
    "contain in a larger box, enlarged",
    [400, 300],
    [600, 500, "contain", "enlarge"],
    [600, 500],
    1,
    [600, 450],
  ],
  ["fill", [400, 300], [100, 150, "fill"], [100, 150], 2],
  ["fill one side", [400, 300], [100, 300, "fill"], [100, 300], 1],
  [
    "fill a larger box stretches nothing",
    [400, 300],
    [800, 100, "fill"],
    [400, 100],
    1,
  ],
  [
    "fill a larger box, enlarged",
    [400, 300],
    [800, 100, "fill", "enlarge"],
    [800, 100],
    1,
  ],
  ...(["cover", "contain", "fill"] as const).map(
    (fit) =>
      [
        `${fit} with a side missing is inside`,
        [400, 300],
        [200, 0, fit],
        [200, 150],
        2,
      ] as const,
  ),
];
for (const [claim, [width, height], asked, size, reduction, own] of resizes) {
  test(`resize: ${claim}`, () => {
    const plan = planResize({ width, height }, asked && boxOf(asked));
    const made = plannedSize(plan);
    assert.deepEqual([made.width, made.height], size);
    assert.deepEqual([plan.width, plan.height], own ?? size);
    const crops = asked?.[2] === "cover" && asked[1] > 0;
    assert.equal(plan.fit, crops ? "cover" : "fill");
    assert.ok(Math.abs(plan.reduction - reduction) < 1e-9, `${plan.reduction}`);
  });
}

/** Calls back with random sources and boxes, of which every third lacks a side. */
function forRandomPlans(
  seed: number,
  judge: (source: Size, box: BoxIntent, plan: ResizePlan, what: string) => void,
): void {
  const next = random(seed);
  for (let round = 0; round < 4000; round++) {
    const source = { width: next(1, 5000), height: next(1, 5000) };
    const [width, height] = [next(1, 6000), next(1, 6000)];
    const missing = next(0, 5);
    for (const fit of FITS) {
      for (const enlarge of [false, true]) {
        const box: BoxIntent = {
          ...(missing !== 0 && { width }),
          ...(missing !== 1 && { height }),
          fit,
          enlarge,
        };
        const plan = planResize(source, box);
        judge(source, box, plan, JSON.stringify({ source, box, plan }));
      }
    }
  }
}

test("no plan goes past the box, below a pixel, or off whole pixels", () => {
  forRandomPlans(1, (source, box, plan, what) => {
    const made = plannedSize(plan);
    for (const { width, height } of [plan, made]) {
      assert.ok(Number.isInteger(width) && Number.isInteger(height), what);
      assert.ok(width >= 1 && height >= 1, what);
      assert.ok(width <= (box.width ?? Infinity), what);
      assert.ok(height <= (box.height ?? Infinity), what);
    }
    assert.ok(plan.width <= made.width && plan.height <= made.height, what);
    assert.ok(plan.reduction >= 1, what);
  });
});

test("no picture is enlarged unless that was asked for", () => {
  forRandomPlans(2, (source, { enlarge }, plan, what) => {
    if (enlarge) return;
    assert.ok(plan.width <= source.width, what);
    assert.ok(plan.height <= source.height, what);
  });
});

/** Whether some scale gives both sides when each is rounded to whole pixels, and to at least one. */
function keepsAspect(made: Size, of: Size): boolean {
  const least = (side: number): number => (side === 1 ? 0 : side - 0.501);
  const low = Math.max(
    least(made.width) / of.width,
    least(made.height) / of.height,
  );
  const high = Math.min(
    (made.width + 0.501) / of.width,
    (made.height + 0.501) / of.height,
  );
  return low <= high;
}

test("the aspect is kept, but where the box is to be filled", () => {
  forRandomPlans(3, (source, box, plan, what) => {
    const isWhole = box.width !== undefined && box.height !== undefined;
    if (isWhole && (box.fit === "fill" || box.fit === "cover")) return;
    assert.ok(keepsAspect(plan, source), what);
  });
});

test("what is larger than its box, or may be enlarged, reaches a side of it", () => {
  forRandomPlans(4, (source, box, plan, what) => {
    const { width = Infinity, height = Infinity, enlarge } = box;
    if (!enlarge && source.width <= width && source.height <= height) return;
    if (!enlarge && plan.fit === "cover") return;
    assert.ok(plan.width === width || plan.height === height, what);
  });
});

test("cover fills its box, or as much of its aspect as there is", () => {
  forRandomPlans(5, (source, box, plan, what) => {
    const { width, height, fit, enlarge } = box;
    if (fit !== "cover" || width === undefined || height === undefined) return;
    assert.equal(plan.fit, "cover", what);
    const isThere = source.width >= width && source.height >= height;
    if (enlarge || isThere) {
      assert.deepEqual(plannedSize(plan), { width, height }, what);
      return;
    }
    assert.ok(keepsAspect(plan, { width, height }), what);
    assert.ok(
      plan.width === source.width || plan.height === source.height,
      what,
    );
  });
});

test("contain is as large as its box, fill as its box where there is as much", () => {
  forRandomPlans(6, (source, box, plan, what) => {
    const { width, height, fit, enlarge } = box;
    if (width === undefined || height === undefined) return;
    if (fit === "contain") {
      assert.deepEqual(plannedSize(plan), { width, height }, what);
      const inside = planResize(source, { ...box, fit: "inside" });
      assert.deepEqual(
        { ...plan, frame: undefined },
        { ...inside, frame: undefined },
        what,
      );
    }
    if (fit === "fill") {
      assert.deepEqual(
        plannedSize(plan),
        enlarge
          ? { width, height }
          : {
              width: Math.min(width, source.width),
              height: Math.min(height, source.height),
            },
        what,
      );
    }
  });
});

test("a plan for what a plan made changes nothing more", () => {
  forRandomPlans(7, (_, box, plan, what) => {
    // A crop's rounded side is off the aspect that the next crop keeps.
    if (plan.fit === "cover" && !box.enlarge) return;
    const made = plannedSize(plan);
    assert.deepEqual(plannedSize(planResize(made, box)), made, what);
  });
});

/** Where the stored raster's first row and first column lie for a viewer (TIFF 6.0, tag 274). */
const MEANINGS: Readonly<
  Record<Orientation, readonly [row: string, column: string]>
> = {
  1: ["top", "left"],
  2: ["top", "right"],
  3: ["bottom", "right"],
  4: ["bottom", "left"],
  5: ["left", "top"],
  6: ["right", "top"],
  7: ["right", "bottom"],
  8: ["left", "bottom"],
};
const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** The stored raster of an upright picture whose pixels count from 0, row by row. */
function stored(
  upright: Size,
  orientation: Orientation,
): { size: Size; data: Uint8Array } {
  const size = orientedSize(upright, orientation);
  const [first, second] = MEANINGS[orientation];
  const data = new Uint8Array(size.width * size.height);
  for (let row = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++) {
      let [x, y] = [0, 0];
      for (const [edge, distance] of [
        [first, row],
        [second, column],
      ] as const) {
        if (edge === "left") x = distance;
        if (edge === "right") x = upright.width - 1 - distance;
        if (edge === "top") y = distance;
        if (edge === "bottom") y = upright.height - 1 - distance;
      }
      data[row * size.width + column] = y * upright.width + x;
    }
  }
  return { size, data };
}

for (const orientation of ORIENTATIONS) {
  test(`sharp, told what stands in UPRIGHT, brings orientation ${orientation} upright`, async () => {
    const upright = { width: 2, height: 3 };
    const { size, data } = stored(upright, orientation);
    const { degrees, mirror } = UPRIGHT[orientation];
    const chain = sharp(data, { raw: { ...size, channels: 1 } });
    if (mirror) chain.flop();
    if (degrees !== 0) chain.rotate(degrees);
    const found = await chain
      .toColourspace("b-w")
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([found.info.width, found.info.height], [2, 3]);
    assert.deepEqual([...found.data], [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(orientedSize(size, orientation), upright);
  });
}

const FULL = { width: 1080, height: 1920 };

test("a logo in the safe zone stands 250 px up and centred on a 1920 px tall frame", () => {
  const logo = overlaySize(
    FULL,
    { width: 300, height: 100 },
    { scalePercent: 15, safeZone: true },
  );
  assert.deepEqual(logo, { width: 162, height: 54 });
  const { left, top } = overlayPlace(FULL, logo, { safeZone: true });
  assert.equal(FULL.height - (top + logo.height), 250);
  assert.equal(left, (1080 - 162) / 2);
});

for (const [claim, frame] of [
  ["portrait", FULL],
  ["landscape", { width: 1920, height: 1080 }],
] as const) {
  test(`a logo in the corner stands 50 px from right and bottom of a long edge of 1920: ${claim}`, () => {
    const logo = overlaySize(
      frame,
      { width: 300, height: 100 },
      { scalePercent: 15, safeZone: false },
    );
    const { left, top } = overlayPlace(frame, logo, { safeZone: false });
    assert.equal(frame.width - (left + logo.width), 50);
    assert.equal(frame.height - (top + logo.height), 50);
  });
}

test("lift and margin scale with the frame", () => {
  const half = { width: 540, height: 960 };
  const logo = { width: 50, height: 20 };
  assert.equal(
    960 - 20 - overlayPlace(half, logo, { safeZone: true }).top,
    125,
  );
  assert.equal(
    960 - 20 - overlayPlace(half, logo, { safeZone: false }).top,
    25,
  );
});

test("a small logo is enlarged to the share that was asked for, its aspect kept", () => {
  const logo = overlaySize(
    { width: 1000, height: 1000 },
    { width: 10, height: 20 },
    { scalePercent: 30, safeZone: true },
  );
  assert.deepEqual(logo, { width: 300, height: 600 });
});

test("a logo too tall for the room above the safe zone is made smaller", () => {
  const frame = { width: 1000, height: 192 };
  const logo = overlaySize(
    frame,
    { width: 100, height: 100 },
    { scalePercent: 50, safeZone: true },
  );
  assert.deepEqual(logo, { width: 167, height: 167 });
  assert.equal(overlayPlace(frame, logo, { safeZone: true }).top, 0);
});

test("a logo never leaves the frame and never vanishes, whatever the sizes", () => {
  const next = random(2);
  for (let round = 0; round < 20_000; round++) {
    // Every other frame is a strip, where margins are longer than the short edge.
    const strip = round % 2 === 0;
    const frame = { width: next(1, 4000), height: next(1, strip ? 60 : 4000) };
    const source = { width: next(1, 2000), height: next(1, 2000) };
    const gravity = GRAVITIES[next(0, 2 * GRAVITIES.length)];
    const asked = {
      scalePercent: next(1, 100),
      safeZone: next(0, 1) === 1,
      ...(gravity && { gravity }),
      ...(next(0, 1) === 1 && { marginPercent: next(0, 500) / 10 }),
    };
    const logo = overlaySize(frame, source, asked);
    const { left, top } = overlayPlace(frame, logo, asked);
    const what = JSON.stringify({ frame, source, asked, logo, left, top });
    assert.ok(left >= 0 && top >= 0, what);
    assert.ok(left + logo.width <= frame.width, what);
    assert.ok(top + logo.height <= frame.height, what);
    assert.ok(logo.width >= 1 && logo.height >= 1, what);
    assert.ok(Number.isInteger(left) && Number.isInteger(top), what);
    assert.ok(
      logo.width <=
        Math.max(1, Math.ceil((frame.width * asked.scalePercent) / 100)),
      what,
    );
  }
});

for (const safeZone of [true, false]) {
  test(`a logo on a panorama is still to be seen, ${safeZone ? "in the safe zone" : "in the corner"}`, () => {
    const frame = { width: 4000, height: 100 };
    const logo = overlaySize(
      frame,
      { width: 200, height: 100 },
      { scalePercent: 15, safeZone },
    );
    assert.ok(logo.height >= 50, JSON.stringify(logo));
  });
}

/** The pixels left, above, right and below a logo of 100 × 40 on a frame of 1000 × 600. */
function around(asked: OverlayPlacing): number[] {
  const frame = { width: 1000, height: 600 };
  const logo = { width: 100, height: 40 };
  const { left, top } = overlayPlace(frame, logo, asked);
  return [
    left,
    top,
    frame.width - left - logo.width,
    frame.height - top - logo.height,
  ];
}

/** A margin of 10 % is 60 px of the short edge; what is not anchored is centred. */
const positions: Readonly<Record<Gravity, readonly number[]>> = {
  northwest: [60, 60, 840, 500],
  north: [450, 60, 450, 500],
  northeast: [840, 60, 60, 500],
  west: [60, 280, 840, 280],
  center: [450, 280, 450, 280],
  east: [840, 280, 60, 280],
  southwest: [60, 500, 840, 60],
  south: [450, 500, 450, 60],
  southeast: [840, 500, 60, 60],
};
for (const gravity of GRAVITIES) {
  test(`a logo ${gravity} stands its margin from the edges it is anchored to, in the safe zone or not`, () => {
    for (const safeZone of [true, false]) {
      const asked = { safeZone, gravity, marginPercent: 10 };
      assert.deepEqual(around(asked), positions[gravity]);
    }
  });

  test(`a logo ${gravity} without a margin of its own stands 2.6 % of the long edge off`, () => {
    const margins = [0, 26].map((margin, index) =>
      around({
        safeZone: index === 0,
        gravity,
        ...(index === 0 && { marginPercent: margin }),
      }),
    );
    const [touching = [], off = []] = margins;
    const anchored = touching.flatMap((room, edge) =>
      room === 0 ? [edge] : [],
    );
    for (const edge of anchored) assert.equal(off[edge], 26);
    for (const safeZone of [true, false]) {
      assert.deepEqual(around({ safeZone, gravity }), off);
    }
  });
}

test("a margin alone moves the place that the safe zone means", () => {
  assert.deepEqual(
    around({ safeZone: true, marginPercent: 5 }),
    [450, 530, 450, 30],
  );
  assert.deepEqual(
    around({ safeZone: false, marginPercent: 5 }),
    [870, 530, 30, 30],
  );
});

test("a margin is of the short edge on both axes, whichever that is", () => {
  const logo = { width: 10, height: 10 };
  const asked = { safeZone: false, gravity: "northwest", marginPercent: 10 };
  for (const frame of [
    { width: 300, height: 200 },
    { width: 200, height: 300 },
  ]) {
    const place = overlayPlace(frame, logo, asked as OverlayPlacing);
    assert.deepEqual(place, { left: 20, top: 20 });
  }
});

test("a logo too tall for the room beside its margin is made smaller, but not in the middle", () => {
  const frame = { width: 1000, height: 200 };
  const logo = { width: 100, height: 100 };
  const height = (gravity: Gravity): number =>
    overlaySize(frame, logo, {
      scalePercent: 50,
      safeZone: false,
      gravity,
      marginPercent: 25,
    }).height;
  assert.deepEqual(
    [height("north"), height("south"), height("east"), height("center")],
    [150, 150, 200, 200],
  );
});
