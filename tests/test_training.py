"""One step and the whole loop, against torch.optim and a plain loop."""

from functools import partial

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn, optim
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from torchlearning import (
    SoftmaxRegression,
    data_iter,
    fit,
    m_accuracy,
    m_cross_entropy,
    num_threads,
    sgd,
    softmax,
    tensorGenCla,
)

features, labels = tensorGenCla(20, generator=torch.Generator().manual_seed(0))
batches = [(features[::2], labels[::2]), (features[1:40:2], labels[1:40:2])]


def trained(batchdata, epochs=3):
    torch.manual_seed(1)
    net = SoftmaxRegression()
    losses = fit(net, nn.CrossEntropyLoss(), optim.SGD(net.parameters(), lr=0.1), batchdata, epochs)
    return net, losses


def weights(net):
    return torch.cat([p.detach().flatten() for p in net.parameters()])


def test_sgd_takes_the_step_of_torch_and_zeroes_the_gradient():
    ours, theirs = (nn.Linear(3, 2) for _ in range(2))
    theirs.load_state_dict(ours.state_dict())
    X = torch.randn(5, 3)
    for net in (ours, theirs):
        net(X).square().sum().backward()
    sgd(ours.parameters(), lr=0.01)
    optim.SGD(theirs.parameters(), lr=0.01).step()
    torch.testing.assert_close(weights(ours), weights(theirs))
    assert all(bool((p.grad == 0).all()) for p in ours.parameters())


def test_sgd_moves_a_single_tensor_in_place():
    w = torch.tensor([1.0], requires_grad=True)
    same = w
    (w**2).sum().backward()
    sgd(w, lr=0.25)
    assert same is w
    assert w.item() == 0.5
    assert w.requires_grad


def test_bad_steps_are_named_and_change_nothing():
    w, idle = torch.tensor([1.0], requires_grad=True), torch.tensor([1.0], requires_grad=True)
    (w**2).sum().backward()
    with pytest.raises(ValueError, match=r"params\[1\] must have a gradient, got None; call loss.backward"):
        sgd([w, idle], lr=0.1)
    for lr, error, words in [
        (0, ValueError, "lr must be greater than 0, got 0"),
        (-0.1, ValueError, "lr must be greater than 0, got -0.1"),
        (float("inf"), ValueError, "lr must be finite, got inf"),
        ("0.1", TypeError, "lr must be a number, got '0.1'"),
    ]:
        with pytest.raises(error, match=words):
            sgd(w, lr)
    with pytest.raises(ValueError, match="params must hold at least one tensor"):
        sgd([], lr=0.1)
    with pytest.raises(TypeError, match=r"params\[0\] must be a torch.Tensor, got float"):
        sgd([1.0], lr=0.1)
    with pytest.raises(TypeError, match="params must be a tensor or several"):
        sgd(nn.Linear(1, 1), lr=0.1)
    with pytest.raises(ValueError, match=r"params\[0\] must be made with requires_grad=True"):
        sgd(w * 2, lr=0.1)
    assert w.item() == 1
    assert w.grad.item() == 2


def test_fit_equals_the_loop_by_hand():
    net, losses = trained(batches)
    torch.manual_seed(1)
    start = SoftmaxRegression()
    w = torch.cat([start.linear.weight.T, start.linear.bias.reshape(1, -1)]).detach().requires_grad_()
    for epoch in range(3):
        total = 0.0
        for X, y in batches:
            loss = m_cross_entropy(softmax(torch.cat([X, torch.ones(len(X), 1)], 1), w), y)
            loss.backward()
            sgd(w, 0.1)
            total += loss.item() * len(X)
        assert losses[epoch] == pytest.approx(total / 50, abs=1e-6)
    torch.testing.assert_close(torch.cat([net.linear.weight.T, net.linear.bias.reshape(1, -1)]), w)


def test_fit_weighs_batches_by_their_size():
    _, (mean,) = trained(batches, epochs=1)
    torch.manual_seed(1)
    net = SoftmaxRegression()
    with torch.no_grad():
        first = F.cross_entropy(net(batches[0][0]), batches[0][1].flatten())
    single = trained(batches[:1], epochs=1)[1][0]
    assert single == pytest.approx(first.item())
    second = trained([batches[0], batches[1]], epochs=1)[1][0]
    assert mean == second
    rest = (mean * 50 - single * 30) / 20
    net = trained(batches[:1], epochs=1)[0]
    assert rest == pytest.approx(
        F.cross_entropy(net(batches[1][0]), batches[1][1].flatten()).item(), abs=1e-5
    )


@pytest.mark.parametrize("form", [lambda y: y.flatten(), lambda y: y.float(), lambda y: y.float().flatten()])
def test_fit_takes_labels_of_any_form(form):
    expected = weights(trained(batches)[0])
    torch.testing.assert_close(weights(trained([(X, form(y)) for X, y in batches])[0]), expected)


@pytest.mark.parametrize(
    "source",
    [
        DataLoader(TensorDataset(features, labels.float()), batch_size=16, shuffle=True),
        data_iter(16, features, labels),
        batches,
    ],
)
def test_fit_takes_any_source_of_batches_and_learns(source):
    losses = trained(source, epochs=5)[1]
    assert len(losses) == 5
    assert losses[-1] < losses[0]
    assert trained(source, epochs=0)[1] == []


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_fit_refuses_a_loss_that_does_not_average(reduction):
    net = SoftmaxRegression()
    criterion = nn.CrossEntropyLoss(reduction=reduction)
    with pytest.raises(ValueError, match="criterion must average over the batch"):
        fit(net, criterion, optim.SGD(net.parameters(), lr=0.1), batches, 1)


def test_fit_draws_from_the_random_stream_only_what_the_loader_does():
    loader = DataLoader(TensorDataset(features, labels), batch_size=16, shuffle=True)
    trained(loader, epochs=2)
    after_fit = torch.get_rng_state()
    torch.manual_seed(1)
    SoftmaxRegression()
    for _ in range(2):
        list(loader)
    assert torch.equal(torch.get_rng_state(), after_fit)


def test_fit_shows_a_bar_only_if_asked(capsys):
    trained(batches)
    assert capsys.readouterr().err == ""
    net = SoftmaxRegression()
    losses = fit(net, nn.CrossEntropyLoss(), optim.SGD(net.parameters(), lr=0.1), batches, 2, progress=True)
    shown = capsys.readouterr().err
    assert "2/2" in shown
    assert f"loss={losses[-1]:.4f}" in shown


@pytest.mark.parametrize(("numbers", "threads"), [(99_999, 1), (100_000, 2)])
def test_the_first_batch_of_fit_decides_how_many_threads_share_the_work(numbers, threads):
    seen = []
    net = nn.Linear(1, 2)
    net.register_forward_hook(lambda *_: seen.append(torch.get_num_threads()))
    sizes = (numbers, 100_000 if threads == 1 else 10)
    pairs = [(torch.zeros(size, 1), torch.zeros(size, dtype=torch.long)) for size in sizes]
    with num_threads(2):
        fit(net, nn.CrossEntropyLoss(), optim.SGD(net.parameters(), lr=0.1), pairs, epochs=2)
        assert torch.get_num_threads() == 2
    assert seen == [threads] * 4


@pytest.mark.parametrize(
    ("batchdata", "epochs", "error", "words"),
    [
        (batches, -1, ValueError, "epochs must be at least 0, got -1"),
        (batches, 2.0, TypeError, "epochs must be an int, got 2.0"),
        ([], 1, ValueError, "batchdata must hold at least one batch, got none"),
        (iter(batches), 2, ValueError, "batchdata must be readable once an epoch, got an iterator"),
        ([(features, labels + 1)], 1, ValueError, "y must hold whole numbers from 0 to 2, got 1 to 3"),
        ([(features, labels[:5])], 1, ValueError, r"y must have shape \(60,\) or \(60, 1\)"),
        ((features, labels), 1, TypeError, r"batchdata must yield pairs \(X, y\), got Tensor"),
        ([(features, labels, labels)], 1, TypeError, r"batchdata must yield pairs \(X, y\), got 3 items"),
        (
            [(torch.tensor(1.0), labels[:1])],
            1,
            ValueError,
            "X must have a row for each example, got a single",
        ),
        ([(features[:, :1], labels)], 1, ValueError, r"X must have 2 columns, got shape \(60, 1\)"),
    ],
)
def test_bad_training_is_named(batchdata, epochs, error, words):
    with pytest.raises(error, match=words):
        trained(batchdata, epochs)


@pytest.mark.parametrize("seed", range(3))
def test_real_data_are_learned_to_within_a_point_of_scikit_learn(seed):
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X, y, test_size=360, stratify=y, random_state=seed)
    scaler = StandardScaler().fit(X)
    X, X_test = scaler.transform(X), scaler.transform(X_test)
    theirs = LogisticRegression(max_iter=1000).fit(X, y).score(X_test, y_test)
    net = SoftmaxRegression(64, 10)
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    batchdata = data_iter(10, torch.tensor(X, dtype=torch.float32), torch.tensor(y))
    with num_threads(1):
        fit(net, nn.CrossEntropyLoss(), optimizer, batchdata, epochs=30)
    ours = m_accuracy(net(torch.tensor(X_test, dtype=torch.float32)), torch.tensor(y_test)).item()
    assert ours == pytest.approx(theirs, abs=0.01)
    assert ours > 0.93


# What fit refuses, and says


def fitted(net=None, criterion=None, optimizer=optim.SGD, batchdata=batches, lr=0.1, **options):
    net = net or SoftmaxRegression()
    made = optimizer(net.parameters(), lr=lr) if isinstance(optimizer, type) else optimizer
    return fit(net, criterion or nn.CrossEntropyLoss(), made, batchdata, options.pop("epochs", 1), **options)


def test_fit_trains_in_training_mode():
    torch.manual_seed(0)
    net = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 3)).eval()
    fitted(net)
    assert net.training
    assert net[0].num_batches_tracked == len(batches)


@pytest.mark.parametrize("source", ["data_iter", "list"])
def test_a_diverging_run_stops_with_the_losses_before_it(source):
    X = features * 1e3
    batchdata = data_iter(10, X, labels) if source == "data_iter" else [(X, labels)]
    with pytest.raises(
        ValueError, match=r"must stay finite, got (nan|inf) in epoch \d+, step \d+.*learning rate"
    ) as error:
        fitted(batchdata=batchdata, lr=1e34, epochs=30)
    epoch = int(str(error.value).partition("in epoch ")[2].partition(",")[0])
    assert len(error.value.losses) == epoch - 1
    torch.manual_seed(0)
    losses = fitted(batchdata=batchdata, lr=1e34, epochs=30, any_loss=True)
    assert len(losses) == 30
    assert losses[-1] != losses[-1]


def test_missing_values_are_named_as_a_cause():
    X = features.clone()
    X[7, 1] = torch.nan
    with pytest.raises(
        ValueError, match=r"^criterion.* got nan in epoch 1, step 1;.*missing values"
    ) as error:
        fitted(batchdata=[(X, labels)])
    assert error.value.losses == []


def test_a_negative_loss_is_refused_unless_it_is_meant():
    with pytest.raises(ValueError, match=r"must not be negative, got -.*use nn\.CrossEntropyLoss"):
        fitted(criterion=nn.NLLLoss(), epochs=30)
    assert fitted(criterion=nn.NLLLoss(), epochs=30, any_loss=True)[-1] < 0


@pytest.mark.parametrize(
    "criterion",
    [
        partial(F.cross_entropy, reduction="sum"),
        partial(partial(F.cross_entropy, reduction="sum"), label_smoothing=0.1),
        lambda z, y: F.cross_entropy(z, y, reduction="sum"),
        lambda z, y: -z.log_softmax(1)[torch.arange(len(y)), y].sum(),
    ],
)
def test_a_sum_is_refused_however_it_is_made(criterion):
    with pytest.raises(ValueError, match="criterion must average over the batch"):
        fitted(criterion=criterion)


@pytest.mark.parametrize(
    "criterion",
    [
        partial(F.cross_entropy, label_smoothing=0.1),
        lambda z, y: F.cross_entropy(z, y),
        lambda z, y: (F.cross_entropy(z, y, reduction="none") * torch.ones(len(z))).mean(),
        lambda z, y: F.cross_entropy(z, y) if len(z) <= 40 else 1 / 0,  # one that fits the batches only
    ],
)
def test_a_mean_is_taken_however_it_is_made(criterion):
    assert len(fitted(criterion=criterion)) == 1


CLASS = "criterion must be a function of logits and labels, got the class CrossEntropyLoss"
COLUMN = r"net\(X\) must have a column for each class, at least two.*BCEWithLogitsLoss"
COLUMNS = r"from 0 to 2, got 0 to 8; net\(X\) has 3 columns, one for each class, and these labels need 9"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"criterion": nn.CrossEntropyLoss}, TypeError, CLASS),
        ({"optimizer": optim.LBFGS}, ValueError, "optimizer must step once a batch.*LBFGS asks for more"),
        ({"net": nn.Linear(2, 1)}, ValueError, COLUMN),
        ({"batchdata": data_iter(9, features, labels * 4)}, ValueError, COLUMNS),
        ({"batchdata": [(features, labels + 1)]}, ValueError, "classes are counted from 0: use y - 1"),
        ({"criterion": lambda z, y: torch.tensor(1.0)}, ValueError, r"must depend on weights that require"),
        ({"criterion": lambda z, y: z}, ValueError, r"criterion\(net\(X\), y\) must have 0"),
        ({"any_loss": 1}, TypeError, "any_loss must be True or False"),
    ],
)
def test_wrong_parts_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        fitted(**arguments)


@pytest.mark.parametrize("params", [np.float64(1), np.array(1.0), 1.0, None, nn.Linear(1, 1), "w"])
def test_sgd_names_what_is_no_parameter(params):
    with pytest.raises(TypeError, match="params must be a tensor or several"):
        sgd(params, lr=0.1)


def test_an_optimizer_may_ask_for_any_of_its_own_options():
    for optimizer in (optim.Adam, optim.RMSprop, optim.Adagrad, optim.NAdam, optim.Rprop):
        assert len(fitted(optimizer=optimizer, lr=0.01)) == 1


def test_a_class_of_networks_is_named():
    with pytest.raises(TypeError, match=r"net must be a torch\.nn\.Module, got the class SoftmaxRegression"):
        fit(SoftmaxRegression, nn.CrossEntropyLoss(), optim.SGD([torch.ones(1)]), batches, 1)
