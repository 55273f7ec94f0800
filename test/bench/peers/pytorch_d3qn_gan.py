"""The D3QN-GAN and D3QN updates of `slotwise bench learner` in PyTorch eager: one thread, float32.

Same shapes and options: width 256, branching head (136 + 136), 30 particles, 10 noise elements,
minibatches of 32, discount 0.8, gradient penalty 10, Adam. Prints JSON: least milliseconds per update
and agent, for one agent and for agents stacked by batched products.
"""

import argparse
import json
import math
import time

import torch

WIDTH, PARTICLES, NOISE, BATCH = 256, 30, 10, 32
OBSERVATION, BRANCH = 6, 136
DISCOUNT, PENALTY, RATE = 0.8, 10.0, 1e-3
ADAM = {"betas": (0.5, 0.999), "eps": 1e-8}


def draw(agents, layers):
    """Weights [agents, inputs, units] and biases [agents, 1, units]; one agent has no first axis."""
    lead = () if agents == 1 else (agents,)
    row = () if agents == 1 else (1,)
    network = {}
    for name, inputs, units in layers:
        bound = 1 / math.sqrt(inputs)
        for part, shape in (("weight", (inputs, units)), ("bias", (*row, units))):
            tensor = torch.empty(*lead, *shape).uniform_(-bound, bound)
            network[f"{name}.{part}"] = tensor.requires_grad_()
    return network


def generator(agents, particles, noise):
    layers = [("state", OBSERVATION, WIDTH)]
    layers += [("noise", NOISE, WIDTH)] if noise else []
    layers += [("hidden", WIDTH, WIDTH)]
    layers += [("value", WIDTH, WIDTH // 2), ("particles", WIDTH // 2, particles)]
    layers += [("advantage", WIDTH, WIDTH // 2), ("entries", WIDTH // 2, 2 * BRANCH)]
    return draw(agents, layers)


def discriminator(agents):
    return draw(agents, [("first", PARTICLES, WIDTH), ("second", WIDTH, WIDTH), ("output", WIDTH, 1)])


def dense(network, name, x):
    weight, bias = network[f"{name}.weight"], network[f"{name}.bias"]
    return torch.addmm(bias, x, weight) if x.dim() == 2 else torch.baddbmm(bias, x, weight)


def generate(network, observation, noise):
    state = torch.relu(dense(network, "state", observation))
    if "noise.weight" in network:
        state = state * torch.relu(dense(network, "noise", noise))
    hidden = torch.relu(dense(network, "hidden", state))
    particles = dense(network, "particles", torch.relu(dense(network, "value", hidden)))
    return particles, dense(network, "entries", torch.relu(dense(network, "advantage", hidden)))


def score(network, particles):
    first = torch.relu(dense(network, "first", particles))
    return dense(network, "output", torch.relu(dense(network, "second", first)))


def action_value(particles, advantages, entries):
    picked = advantages.gather(-1, entries).sum(-1, keepdim=True)
    centre = advantages.sum(-1, keepdim=True) / BRANCH
    return particles.mean(-1, keepdim=True) + picked - centre


def per_agent(x):
    """The sum over agents of the mean over the rest: no agent's gradient meets another's."""
    return x.mean() if x.dim() == 2 else x.mean(dim=(1, 2)).sum()


class Update:
    def __init__(self, agents, critic_steps, fused):
        adversarial = critic_steps > 0
        self.agents, self.critic_steps = agents, critic_steps
        particles = PARTICLES if adversarial else 1
        self.online = generator(agents, particles, adversarial)
        self.target = {k: v.detach().clone() for k, v in self.online.items()}
        adam = {"lr": RATE, "fused": fused, **ADAM}
        self.generator_adam = torch.optim.Adam(self.online.values(), **adam)
        if adversarial:
            self.critic = discriminator(agents)
            self.critic_adam = torch.optim.Adam(self.critic.values(), **adam)

    def minibatch(self):
        lead = () if self.agents == 1 else (self.agents,)
        uniform = lambda columns: torch.rand(*lead, BATCH, columns)
        entries = torch.randint(BRANCH, (*lead, BATCH, 2)) + torch.tensor([0, BRANCH])
        return uniform(OBSERVATION), entries, uniform(1), uniform(OBSERVATION), uniform(NOISE), uniform(1)

    def descend_critic(self):
        observation, _, reward, following, noise, mixing = self.minibatch()
        with torch.no_grad():
            fake, _ = generate(self.online, observation, noise)
            real = reward + DISCOUNT * generate(self.target, following, noise)[0]
            between = mixing * real + (1 - mixing) * fake
        between.requires_grad_()
        slope = torch.autograd.grad(score(self.critic, between).sum(), between, create_graph=True)[0]
        norm = (slope.square().sum(-1, keepdim=True) + 1e-12).sqrt()
        distance = per_agent(score(self.critic, fake)) - per_agent(score(self.critic, real))
        loss = distance + PENALTY / 2 * per_agent((norm - 1).square())
        self.critic_adam.zero_grad()
        loss.backward()
        self.critic_adam.step()

    def descend_generator(self):
        observation, entries, reward, following, noise, _ = self.minibatch()
        with torch.no_grad():
            advantages = generate(self.online, following, noise)[1]
            bandwidth, compute = advantages.split(BRANCH, -1)
            best = torch.stack((bandwidth.argmax(-1), compute.argmax(-1) + BRANCH), -1)
            wanted = reward + DISCOUNT * action_value(*generate(self.target, following, noise), best)
        particles, advantages = generate(self.online, observation, noise)
        difference = action_value(particles, advantages, entries) - wanted
        loss = per_agent(difference.square()) / 2
        parameters = list(self.online.values())
        if self.critic_steps > 0:
            loss = loss - per_agent(score(self.critic, particles))
        self.generator_adam.zero_grad()
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter.grad = gradient
        self.generator_adam.step()

    def run(self):
        for _ in range(self.critic_steps):
            self.descend_critic()
        self.descend_generator()


def least_ms(update, seconds):
    for _ in range(5):
        update.run()
    least, end = math.inf, time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        update.run()
        least = min(least, time.perf_counter() - start)
    return 1e3 * least


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5, help="per measurement")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    results = {}
    for name, critic_steps in (("d3qn-gan, 5 critic steps", 5), ("d3qn-gan, 1 critic step", 1), ("d3qn", 0)):
        results[name] = {
            f"{label}{', fused Adam' if fused else ''}": least_ms(
                Update(agents, critic_steps, fused), options.seconds
            )
            / agents
            for label, agents in (("one agent", 1), (f"{options.agents} agents stacked", options.agents))
            for fused in (False, True)
        }
    print(json.dumps({"torch": torch.__version__, "msPerAgentUpdate": results}))


if __name__ == "__main__":
    main()
