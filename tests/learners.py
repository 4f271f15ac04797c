"""Users of the sandbox who may do what the policies on the pages allow, and nothing else."""

import json

from checkday import curriculum, resources
from worlds import World

DAYS = tuple(curriculum.days())
ADDED_TO = {1: (), 2: (1,), 3: (2,), 4: (3,), 5: (), 6: (5,), 7: ()}
"""The days whose policies a day's own adds to, as its first page says."""
NEEDS_ALL = "day7/cleanup"
"""It cleans up what is left of earlier days, for which their policies are needed, as the page says."""


def policy(day):
    """The policy on the page of this day."""
    return json.loads((resources.shared() / f"json/day{day}-learner-policy.json").read_text())


def held(day):
    """The days whose policies somebody has who has come to this one."""
    return (*(one for earlier in ADDED_TO[day] for one in held(earlier)), day)


class Learners:
    """One account's users, by what they may do; made when they are first asked for."""

    def __init__(self, world: World, called: str = "learner") -> None:
        self.world, self.called, self.iam, self._keys = world, called, world.client("iam"), {}

    def of(self, task):
        """The keys of who does this task, as variables of the environment."""
        return self.keys(DAYS if task == NEEDS_ALL else held(int(task[3])))

    def keys(self, days):
        if days not in self._keys:
            self._keys[days] = self._made(f"{self.called}-{''.join(map(str, days))}", days)
        return self._keys[days]

    def client(self, service, days):
        """A client of who has the policies of these days."""
        return self.world.client(service, keys=tuple(self.keys(days).values()))

    def _made(self, name, days):
        self.iam.create_user(UserName=name)
        for day in days:
            self.iam.attach_user_policy(UserName=name, PolicyArn=self._published(day))
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def _published(self, day):
        arn = f"arn:aws:iam::{self.world.account}:policy/course-day{day}"
        known = {one["Arn"] for one in self.iam.list_policies(Scope="Local")["Policies"]}
        if arn not in known:
            document = json.dumps(policy(day))
            self.iam.create_policy(PolicyName=f"course-day{day}", PolicyDocument=document)
        return arn
