"""The playground: what it trains in the page is what torch trains; and the lab by every door."""

import base64
import itertools
import math
import random
import re

import pytest
import torch
from scipy.integrate import quad
from scipy.special import i0e
from scipy.stats import norm
from test_labs import ROOT
from torch.nn import functional as F
from traitlets import TraitError, dlink

from conftest import Visit, quick_first
from torchlearning import bayes_accuracy, minimum_loss
from torchlearning.labs import PlaygroundLab
from torchlearning.labs.playground_data import noise, pack, unpack
from torchlearning.labs.seeded import batches, first_weights, minstd

LABS = ROOT / "torchlearning" / "labs"
SETTINGS = 48
TRAIN = """async ([module, settings]) => {
    const { training, lowest_loss } = await import(module);
    return settings.map(({ X, labels, C, rate, batch_size, random, seed, stops, D }) => {
        const rows = Float64Array.from(X.flat()), y = Uint8Array.from(labels);
        const run = training(D * C, { random, seed }), weights = [];
        for (let i = 1; i <= Math.max(...stops); i++) {
            run.step(rows, y, C, rate, batch_size);
            if (stops.includes(i)) weights.push([...run.w]);
        }
        return [weights, lowest_loss(rows, y, D)];
    });
}"""


def module(*names):
    """Return files of the labs as an address that a page can import."""
    source = "\n".join((LABS / name).read_text(encoding="utf-8") for name in names)
    source = re.sub(r"^import .*\n", "", source, flags=re.MULTILINE)
    return "data:text/javascript;base64," + base64.b64encode(source.encode()).decode()


def setting(rng):
    """Draw points, classes, features, a batch size, a rate, a seed and a number of epochs."""
    C, spread, batch_size = rng.randint(2, 4), rng.choice([0.5, 2.0, 5.0]), rng.choice([1, 10, 100, 2000])
    N = rng.choice([3, 7, 30] if batch_size == 1 else [7, 30, 101, 300])
    labels = [i if i < C else rng.randrange(C) for i in range(max(N, C))]
    points = [[round(6 * (k - (C - 1) / 2) + rng.gauss(0, spread), 1) for _ in "01"] for k in labels]
    if squares := rng.random() < 0.5:
        points = [[x, y, x * x / 10, y * y / 10, x * y / 10] for x, y in points]
    steps = rng.randint(1, 50) * math.ceil(len(labels) / batch_size)
    return {
        "X": [[*point, 1.0] for point in points], "labels": labels, "C": C, "D": 6 if squares else 3,
        "rate": 10 ** rng.uniform(-4, 1), "batch_size": batch_size, "random": rng.random() < 0.5,
        "seed": rng.randrange(10_000), "stops": sorted({min(20, steps), steps}),
    }  # fmt: skip


def trained(given, *, nudge=0):
    """Return torch's weights after each of the given numbers of steps.

    With a nudge they are changed by so many last bits after the first step: zeros have no last bit.
    """
    X = torch.tensor(given["X"], dtype=torch.float64)
    y, shape = torch.tensor(given["labels"]), (given["D"], given["C"])
    w = first_weights(*shape, given["seed"]) if given["random"] else torch.zeros(shape, dtype=torch.float64)
    w.requires_grad_()
    optimizer, kept = torch.optim.SGD([w], lr=given["rate"]), []
    order = batches(len(y), given["batch_size"], given["seed"])
    for i, rows in enumerate(itertools.islice(order, max(given["stops"])), 1):
        optimizer.zero_grad()
        F.cross_entropy(X[rows] @ w, y[rows]).backward()
        optimizer.step()
        w.data *= 1 + (i == 1) * nudge * 2.0**-52
        if i in given["stops"]:
            kept.append(w.detach().clone())
    return kept


def apart(one, two):
    """Return the largest difference, relative to the largest weight."""
    return ((one - two).abs().max() / two.abs().max().clamp(min=1e-300)).item()


# What the page trains is what torch trains.


def test_the_generator_is_minstd_rand():
    assert next(itertools.islice(minstd(1), 9999, None)) == 399268537  # as the C++ standard says
    assert sorted(torch.cat(list(itertools.islice(batches(7, 3, 5), 3))).tolist()) == list(range(7))
    w = first_weights(100, 100, 3)
    assert abs(w.mean()) < 0.04
    assert abs(w.std() - 1) < 0.04


def test_the_page_trains_as_torch_does(browser):
    rng = random.Random(20)
    settings = [setting(rng) for _ in range(SETTINGS)]
    page = browser.new_page()
    answers = page.evaluate(TRAIN, [module("playground_train.js"), settings])
    page.close()
    whole, worst = 0, 0.0
    for given, (weights, _) in zip(settings, answers, strict=True):
        ours = [torch.tensor(w, dtype=torch.float64).view(given["D"], given["C"]) for w in weights]
        theirs = trained(given)
        steady = all(apart(w, theirs[-1]) <= 1e-11 for w in (trained(given, nudge=n)[-1] for n in (1, -1)))
        whole += steady
        difference = apart(ours[-1], theirs[-1]) if steady else apart(ours[0], theirs[0])
        worst = max(worst, difference)
        assert difference <= 1e-9, given
    print(f"{SETTINGS} settings, {whole} of them to the end; largest difference {worst:.1e}")
    assert whole >= 40


def test_the_page_finds_the_lowest_loss_or_none_as_torch_does(browser):
    rng = random.Random(21)
    settings = [{**setting(rng), "stops": [1]} for _ in range(SETTINGS)]
    for given in settings[::2]:  # these overlap, if they are not too few
        rng.shuffle(given["labels"])
    page = browser.new_page()
    answers = page.evaluate(TRAIN, [module("playground_train.js"), settings])
    page.close()
    found = []
    for given, (_, lowest) in zip(settings, answers, strict=True):
        X, y = torch.tensor(given["X"], dtype=torch.float64), torch.tensor(given["labels"])
        if lowest is None:
            with pytest.raises(ValueError, match="classes that overlap"):
                minimum_loss(X, y, given["C"])
        else:
            assert lowest == pytest.approx(minimum_loss(X, y, given["C"])[1], rel=1e-9)
        found.append(lowest)
    assert 12 <= found.count(None) <= SETTINGS - 12


# The data of the page are those of Python.

DATA = module("playground_train.js", "playground_data.js")
KINDS = [("clouds", 2), ("clouds", 3), ("clouds", 4), ("row", 3), ("ring", 2)]


@pytest.fixture
def ask(browser):
    """Return what evaluates a function of the page's modules."""
    page = browser.new_page()
    yield lambda source, *given: page.evaluate(
        f"async (given) => {{ const m = await import(given[0]); return ({source})(m, ...given.slice(1)); }}",
        [DATA, *given],
    )
    page.close()


@pytest.mark.parametrize(("kind", "C"), KINDS)
def test_the_page_has_pythons_points(ask, kind, C):
    source = """(m, settings, noise, model) => {
        const cloud = m.points_of(settings, Float32Array.from(noise));
        return [[...m.features(cloud, model)], [...cloud.labels]];
    }"""
    for model, count, spread in (("linear", 1500, 2.0), ("squares", 60, 3.35)):
        lab = PlaygroundLab(data=kind, num_class=C, num_points=count, dispersion=spread, model=model)
        settings = {
            name: getattr(lab, name) for name in ("data", "num_class", "num_points", "dispersion", "points")
        }
        X, labels = ask(source, settings, noise().flatten().tolist(), model)
        torch.testing.assert_close(torch.tensor(X).view(len(labels), -1), lab.features)
        assert labels == lab.labels.flatten().tolist()


def test_the_clouds_are_the_lectures():
    from torchlearning import tensorGenCla

    torch.manual_seed(420)
    X, y = tensorGenCla(deg_dispersion=[6, 4], bias=True)
    lab = PlaygroundLab(dispersion=4)
    torch.testing.assert_close(lab.features, X)
    assert torch.equal(lab.labels, y)


@pytest.mark.parametrize("spread", quick_first([4, 0.5, 2, 8]))
def test_the_ceilings_are_those_of_theory(ask, spread):
    def ceiling(kind, C):
        return ask(
            "(m, settings) => m.ceiling(settings)", {"data": kind, "num_class": C, "dispersion": spread}
        )

    for C in (2, 3, 4):
        assert ceiling("clouds", C) == pytest.approx(bayes_accuracy((6, spread), 2, C), abs=1e-5)

    def row(t):  # along the diagonal
        near = [norm.pdf(t, math.sqrt(2) * 6 * (j - 1.5), spread) / 4 for j in range(4)]
        return max(near[0] + near[3], near[1], near[2])

    def ring(r):
        out = r / spread**2 * math.exp(-((r - 8) ** 2) / (2 * spread**2)) * i0e(8 * r / spread**2) / 2
        return max(r / spread**2 * math.exp(-(r**2) / (2 * spread**2)) / 2, out)

    far = 13 + 9 * spread
    assert ceiling("row", 3) == pytest.approx(
        quad(row, -far, far, limit=500, points=[-8.5, 0, 8.5])[0], abs=1e-5
    )
    assert ceiling("ring", 2) == pytest.approx(quad(ring, 0, far, limit=500, points=[4, 8])[0], abs=1e-5)
    assert ceiling("own", 2) is None


def test_fresh_noise_is_normal(ask):
    z = torch.tensor(ask("(m) => [...m.fresh_noise(20000, 7)]"))
    assert abs(z.mean()) < 0.03
    assert abs(z.std() - 1) < 0.03
    assert abs((z.abs() < 1).float().mean() - 0.6827) < 0.015


def test_drawn_points_travel_as_text(ask):
    rng = random.Random(1)
    points = [(rng.randint(-100, 100), rng.randint(-100, 100), rng.randrange(4)) for _ in range(500)]
    points += [(-100, -100, 0), (100, 100, 3)]
    text = ask("(m, points) => points.map((point) => m.pack(...point)).join('')", points)
    places, labels = unpack(text)
    assert [(*p, k) for p, k in zip((places * 10).round().tolist(), labels.tolist(), strict=True)] == points
    assert pack(places, labels) == text
    for spoilt in (text[:-1], text[:-3] + "___", text + "A=A", text * 5, "å" * 3, " AA"):
        assert not ask("(m, text) => m.is_packed(text)", spoilt)
        with pytest.raises(ValueError, match="must"):
            unpack(spoilt)
    assert ask("(m, text) => m.is_packed(text)", text)


# The lab in a page.


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return what saves a lab as a page."""
    folder = tmp_path_factory.mktemp("playground")

    def save(name="lab", **settings):
        head = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        page = folder / f"{name}.html"
        page.write_text(head + PlaygroundLab(**settings).to_html(), encoding="utf-8")
        return page.as_uri()

    return save


def words(page):
    return page.get_by_role("status").inner_text().replace("−", "-")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def choose(page, label, option):
    page.locator("label.select", has_text=label).locator("select").select_option(label=option)


def by_address(page, **settings):
    """Send a page to settings by its address."""
    names = ["data", "num_class", "num_points", "dispersion", "points", "model", "lr", "batch_size"]
    names += ["start", "seed", "shade", "pace"]
    lab = PlaygroundLab(**settings)
    places = ";".join(str(getattr(lab, name)) for name in names)
    page.evaluate("hash => { location.hash = hash; }", f"PlaygroundLab={places}")
    page.wait_for_function("hash => location.hash === hash", arg=f"#PlaygroundLab={places}")
    page.wait_for_timeout(100)
    return lab


def expected(lab, steps):
    """Return torch's loss and accuracy after so many steps of a lab."""
    X, y, w = lab.features.double(), lab.labels.flatten(), lab.first_weights()
    for rows in itertools.islice(lab.batches(), steps):
        p = F.softmax(X[rows] @ w, 1) - F.one_hot(y[rows], w.shape[1])
        w = w - lab.lr * X[rows].T @ p / len(rows)
    z = X @ w
    return F.cross_entropy(z, y).item(), (z.argmax(1) == y).double().mean().item()


def test_a_step_an_epoch_and_a_restart_are_torchs(browser, saved):
    with Visit(browser, saved()) as page:
        for settings in ({}, {"data": "row", "model": "squares", "lr": 0.01, "seed": 5, "num_points": 300}):
            lab = by_address(page, **settings)
            press(page, "Restart")
            per_epoch = math.ceil(len(lab.labels) / lab.batch_size)
            for name, steps in (("Restart", 0), ("Step", 1), ("Epoch", per_epoch), ("Epoch", 2 * per_epoch)):
                press(page, name)
                loss, accuracy = expected(lab, steps)
                assert f"step {steps}, epoch {steps // per_epoch}: loss {loss:.4f}" in words(page)
                assert f"accuracy {accuracy:.4f} on {len(lab.labels)} points" in words(page)
        page.wait_for_function("document.querySelector('.read-out').textContent.includes('lowest')")
        lowest = minimum_loss(lab.features.double(), lab.labels, 3)[1]
        assert f"(lowest {lowest:.4f})" in words(page)


def test_it_plays_and_pauses_and_speaks_when_it_rests(browser, saved):
    with Visit(browser, saved()) as page:
        press(page, "Play")
        assert page.get_by_role("status").get_attribute("aria-live") == "off"
        page.wait_for_function("/step ([3-9]|\\d\\d)/.test(document.querySelector('.read-out').textContent)")
        press(page, "Pause")
        assert page.get_by_role("status").get_attribute("aria-live") == "polite"
        before = words(page)
        page.wait_for_timeout(200)
        assert re.search(r"step (\d+)", words(page))[1] == re.search(r"step (\d+)", before)[1]


def test_reduced_motion_means_fewer_pictures(browser, saved):
    with Visit(browser, saved(), reduced_motion="reduce") as page:
        press(page, "Play")
        page.wait_for_function("document.querySelector('.read-out').textContent.includes('step 10,')")


def in_the_address(page, count):
    """Return the points of a page's address, written when the hand rests, once it has so many."""
    for _ in range(100):
        parts = page.evaluate("location.hash").split(";")
        if len(parts) > 4 and len((found := unpack(parts[4]))[1]) == count:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"{count} points never came into the address, only {parts}")


def test_points_are_drawn_by_pointer_and_by_keys(browser, saved):
    with Visit(browser, saved(), viewport={"width": 800, "height": 900}) as page:
        choose(page, "data", "your own")
        assert "No points yet" in words(page)
        box = page.locator("canvas").bounding_box()
        page.mouse.move(box["x"] + 60, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 160, box["y"] + 60, steps=20)
        page.mouse.up()
        painted = int(re.search(r"on (\d+) points", words(page))[1])
        assert painted >= 5
        page.get_by_label("1", exact=True).check()
        area = page.get_by_role("application")
        area.focus()
        for key in ("ArrowRight", "Shift+ArrowUp", "Enter"):
            page.keyboard.press(key)
        assert words(page) == f"at (0.5, 0.1), class 1, {painted + 1} points"
        places, labels = in_the_address(page, painted + 1)
        assert places[-1].tolist() == [0.5, 0.1]
        assert labels.tolist() == [0] * painted + [1]
        for key, count in (
            ("u", painted),
            ("e", painted),
            ("2", painted),
            ("Enter", painted + 1),
            ("e", painted + 1),
        ):
            page.keyboard.press(key)
            assert f"{count} points" in words(page)
        page.keyboard.press("Enter")
        assert f"eraser, {painted} points" in words(page)
        press(page, "Undo")
        press(page, "Undo")
        press(page, "Clear")
        assert "No points yet" in words(page)
        press(page, "Undo")
        assert f"on {painted} points" in words(page)


def test_a_finger_draws(browser, saved):
    with Visit(browser, saved(), viewport={"width": 360, "height": 740}, has_touch=True) as page:
        choose(page, "data", "your own")
        box = page.locator("canvas").bounding_box()
        page.touchscreen.tap(box["x"] + 50, box["y"] + 50)
        assert words(page).endswith(" on 1 point")
        touch = page.context.new_cdp_session(page)

        def fingers(kind, *places):
            at = [{"x": box["x"] + x, "y": box["y"] + y, "id": i} for i, (x, y) in enumerate(places)]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

        fingers("touchStart", (80, 80))
        fingers("touchStart", (80, 80), (200, 120))  # a second finger, which draws nothing
        fingers("touchMove", (140, 80), (160, 120))
        fingers("touchEnd")
        places, _ = in_the_address(page, int(re.search(r"on (\d+) points", words(page))[1]))
        assert len(places) == 3
        assert places[1:, 1].unique().numel() == 1


def test_a_new_plane_under_the_pointer_can_be_drawn_on(browser, saved):
    with Visit(browser, saved(), viewport={"width": 800, "height": 900}) as page:
        choose(page, "data", "your own")
        box = page.locator("canvas").bounding_box()
        page.mouse.move(box["x"] + 60, box["y"] + 60)
        page.mouse.down()
        choose(page, "classes", "4")
        page.mouse.move(0, 0)
        page.mouse.up()  # which neither plane hears of
        page.mouse.move(box["x"] + 160, box["y"] + 60)
        assert words(page).endswith(" on 1 point")
        page.mouse.down()
        assert "on 2 points" in words(page)


def test_the_address_holds_settings_and_points(browser, saved):
    points = pack(torch.tensor([[1.5, -2], [3, 4], [-7.1, 9]]), torch.tensor([0, 1, 3]))
    with Visit(browser, saved()) as page:
        by_address(page, data="own", num_class=2, points=points, lr=0.5, batch_size=2000)
        assert "on 2 points" in words(page)  # a point of class 3 rests
        choose(page, "classes", "4")
        assert "on 3 points" in words(page)
        page.wait_for_function("location.hash.includes('own;4;')")
        address = page.url
        page.reload()
        assert "on 3 points" in words(page)
        good = page.evaluate("location.hash")
    for mangled in (
        "#PlaygroundLab=",
        good[:-9],
        good.replace("own", "owl"),
        good.replace(points, points[:-1]),
        good.replace(points, "___" * 3),
        good.replace("0.5", "NaN"),
        good + ";1",
        "#%E0%A4%A",
    ):
        with Visit(browser, address.partition("#")[0] + mangled) as page:
            assert "on 1500 points" in words(page)


@pytest.mark.parametrize(("width", "height"), [(360, 740), (740, 360)])
@pytest.mark.parametrize("data", quick_first(["own", "clouds"]))
def test_it_fits_one_screen_of_a_phone(browser, saved, width, height, data):
    points = pack(torch.tensor([[1.5, -2], [3, 4]]), torch.tensor([0, 1]))
    address = saved(data, data=data, points=points)
    with Visit(browser, address, viewport={"width": width, "height": height}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        lab = page.locator(".lab").bounding_box()
        for part in page.locator(".lab").locator("select, input, button, canvas, svg, [role=status]").all():
            if part.is_visible():
                box = part.bounding_box()
                assert box["y"] + box["height"] - lab["y"] <= height
                assert box["x"] + box["width"] <= width


def test_it_follows_the_theme(browser, saved):
    colour = """() => { const c = document.querySelector("canvas"), copy = document.createElement("canvas");
        const pen = copy.getContext("2d", { willReadFrequently: true });
        pen.drawImage(c, 0, 0);
        return [...pen.getImageData(2, 2, 1, 1).data].join(); }"""
    with Visit(browser, saved()) as page:
        light = page.evaluate(colour)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.wait_for_function(f"light => ({colour})() !== light", arg=light)


def test_without_javascript_a_picture_stands_there(browser, saved):
    with Visit(browser, saved(), java_script_enabled=False) as page:
        assert page.locator("img").bounding_box()["height"] > 100
        assert "they need JavaScript" in page.locator("figcaption").inner_text()


# The challenges: each can be met, and the page sees it.


def done(page, count):
    page.wait_for_function(
        "n => document.querySelector('.challenges summary').textContent.includes(`${n} of 5`)", arg=count
    )


def test_the_challenges_can_be_met(browser, saved):
    square = pack(torch.tensor([[1.0, 1], [-1, -1], [1, -1], [-1, 1]]), torch.tensor([0, 0, 1, 1]))
    three = [pack(torch.tensor([[0.0, 0], [1, 0], [x, 0]]), torch.tensor([0, 1, 0])) for x in (-1, 2)]
    with Visit(browser, saved()) as page:
        done(page, 0)
        by_address(page, data="own", num_class=2, points=square)
        done(page, 1)
        by_address(page, data="own", num_class=2, points=three[0])
        page.wait_for_function("document.querySelector('.read-out').textContent.includes('no lowest')")
        done(page, 1)
        by_address(page, data="own", num_class=2, points=three[1])
        done(page, 2)
        by_address(
            page,
            num_points=12,
            dispersion=4,
            model="squares",
            lr=0.3,
            num_class=3,
            batch_size=2000,
            pace="epoch",
        )
        press(page, "Play")
        done(page, 3)
        by_address(page, data="row", model="squares", lr=0.03, pace="epoch")
        done(page, 4)
        press(page, "Pause")
        for rate in largest_calm_rate():
            by_address(page, num_points=60, dispersion=4, start="zero", batch_size=2000, lr=rate)
            page.evaluate("""() => {
                const buttons = [...document.querySelectorAll("button")];
                const epoch = buttons.find((node) => node.textContent === "Epoch");
                for (let i = 0; i < 52; i++) epoch.click();
            }""")
        done(page, 5)


def largest_calm_rate():
    """Return two neighbouring rates: with one the loss of 60 points never rises, with the other it does."""
    lab = PlaygroundLab(num_points=60, dispersion=4)
    X, y = lab.features.double(), lab.labels.flatten()

    def calm(rate):
        w, losses = torch.zeros(3, 3, dtype=torch.float64), []
        for _ in range(53):
            losses.append(F.cross_entropy(X @ w, y).item())
            w = w - rate * X.T @ (F.softmax(X @ w, 1) - F.one_hot(y, 3)) / len(y)
        return losses == sorted(losses, reverse=True)

    low, high = 0.1, 1.0
    while high > 1.03 * low:
        low, high = (middle, high) if calm(middle := (low + high) / 2) else (low, middle)
    return round(0.99 * low, 4), round(1.01 * high, 4)


# In Jupyter: a bridge.


def test_weights_of_your_own_are_shown(browser):
    source = """async ([module, state]) => {
        const { default: view } = await import(module), listeners = [];
        state._data = { noise: new DataView(Float32Array.from(state.noise).buffer) };
        const model = {
            get: (name) => state[name], set: (name, value) => { state[name] = value; }, save_changes() {},
            on: (_, listener) => listeners.push(listener), off() {} };
        view.render({ model, el: document.body });
        state.weights = { shape: [3, 3], values: new DataView(Float64Array.from(state.given).buffer) };
        listeners.forEach((listener) => listener());
        const shown = document.querySelector(".read-out").textContent;
        [...document.querySelectorAll("button")].find((node) => node.textContent === "Step").click();
        return [shown, [...new Float64Array(state.weights.values.buffer)]];
    }"""
    lab = PlaygroundLab()
    lab.weights = w = minimum_loss(lab.features, lab.labels, 3)[0]
    state = {name: getattr(lab, name) for name in lab.trait_names(sync=True) if not name.startswith("_")}
    del state["weights"], state["layout"], state["tooltip"], state["tabbable"]
    state |= {"noise": noise().flatten().tolist(), "given": lab.weights.flatten().tolist()}
    page = browser.new_page()
    module_ = "data:text/javascript;base64," + base64.b64encode(lab._esm.encode()).decode()
    shown, sent = page.evaluate(source, [module_, state])
    page.close()
    loss = F.cross_entropy(lab.features.double() @ w, lab.labels.flatten()).item()
    assert f"step 1, epoch 0: loss {loss:.4f}" in shown
    rows = next(lab.batches())
    X, v = lab.features[rows].double(), lab.weights.double()
    v = v - lab.lr * X.T @ (F.softmax(X @ v, 1) - F.one_hot(lab.labels.flatten()[rows], 3)) / 10
    torch.testing.assert_close(torch.tensor(sent, dtype=torch.float64).view(3, 3), v, atol=1e-5, rtol=1e-5)


def test_weights_travel_both_ways():
    lab, other, seen = PlaygroundLab(num_class=2), PlaygroundLab(num_class=2), []
    dlink((lab, "weights"), (other, "weights"))
    lab.observe(lambda change: seen.append(change["new"]), names="weights")
    lab.weights = w = torch.randn(3, 2, dtype=torch.float64, requires_grad=True)
    torch.testing.assert_close(other.weights, w.detach().float())
    assert len(seen) == 1
    sent = lab.get_state(["weights"])["weights"]
    lab.set_state({"weights": {"shape": [3, 2], "values": memoryview(sent["values"])}})
    assert torch.equal(lab.weights, other.weights)
    lab.model = "squares"  # other features: the weights do not fit any more
    assert lab.weights is None


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("data", "cloud", "data must be one of clouds, row, ring, own, got 'cloud'"),
        ("num_points", 13, "num_points must be one of 1500, 12, 60, 300, got 13"),
        ("num_points", True, "num_points must be one of"),
        ("batch_size", [1], "batch_size must be one of"),
        ("num_class", 5, "num_class"),
        ("lr", float("nan"), "lr must be from 0.0001 to 10, got nan"),
        ("lr", 11, "'lr' trait of a PlaygroundLab instance should not be greater than 10"),
        ("dispersion", 0, "dispersion"),
        ("seed", 1.5, "seed"),
        ("points", "AA", "points must be up to 2000 points of three letters each, got 2 letters"),
        ("points", "___", "points must hold points of the grid only"),
        ("weights", [[1.0]], "weights must be None or a floating-point matrix, got list"),
        ("weights", torch.zeros(3, 3, dtype=torch.long), "got torch.int64 (3, 3)"),
        ("weights", torch.zeros(2, 3), "weights must have shape (3, 3), got (2, 3)"),
        ("weights", torch.full((3, 3), float("inf")), "weights must hold numbers that float32 can hold"),
    ],
)
def test_what_is_no_setting_is_refused(name, value, message):
    lab = PlaygroundLab()
    before = getattr(lab, name)
    with pytest.raises(TraitError, match=re.escape(message)):
        setattr(lab, name, value)
    assert getattr(lab, name) is before


def test_unknown_settings_are_refused():
    with pytest.raises(TraitError, match="PlaygroundLab has no setting epochs, rate"):
        PlaygroundLab(rate=1, epochs=2)


@pytest.mark.parametrize(
    "settings", [{}, {"data": "own"}, {"data": "ring", "model": "squares"}, {"num_points": 12}]
)
def test_every_lab_has_a_still_picture_and_words(settings):
    lab = PlaygroundLab(**settings)
    assert str(len(lab.labels)) in lab.summary()
    assert lab.still().axes


@pytest.mark.slow
@pytest.mark.parametrize("name", ["chromium", "firefox", "webkit"])
def test_three_engines_train_alike(saved, name):
    from engines import started

    lab, click = (
        PlaygroundLab(),
        """(name) => [...document.querySelectorAll("button")]
        .find((button) => button.textContent === name).click()""",
    )
    with started(name) as engine:
        engine.open(saved())
        for steps in (150, 300):
            engine.evaluate(click, "Epoch")
            loss, accuracy = expected(lab, steps)
            shown = engine.evaluate("() => document.querySelector('.read-out').textContent")
            assert f"step {steps}, epoch {steps // 150}: loss {loss:.4f}" in shown
            assert f"accuracy {accuracy:.4f}" in shown
