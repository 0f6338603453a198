"""Checks a seller's proof of its bill. Written from docs/ledger.md alone; Python's standard library only.

Usage: python3 verify_proof.py proof.ndjson keys.json        exit code 0: all is well; 1: the reason is printed.
"""

import base64
import datetime
import hashlib
import json
import struct
import sys
from decimal import ROUND_HALF_UP, Decimal

# Ed25519 (RFC 8032, section 5.1 and its example code).
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT % P
    if (x * x - square) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def is_signed(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return same(multiply(s, BASE), add(r, multiply(h, a)))


class Wrong(Exception):
    pass


def require(condition, reason):
    if not condition:
        raise Wrong(reason)


def member_bytes(line, name):
    """The bytes of an object or text member, exactly as they stand in the line."""
    start = line.index(b'"' + name.encode() + b'":') + len(name) + 3
    value, end = json.JSONDecoder().raw_decode(line[start:].decode())
    return line[start : start + len(line[start:].decode()[:end].encode())], value


class Body:
    """The packed calls of a row."""

    def __init__(self, data, count):
        self.data, self.at = data, 0
        require(self.take(1) == b"\x01", "a row's format is not known")
        operations = [self.text() for _ in range(self.number())]
        self.tally = [(operations[self.number()], self.number(), self.number()) for _ in range(self.number())]
        milliseconds, self.calls = self.number(), []
        for _ in range(count):
            call, operation = self.take(16).hex(), operations[self.number()]
            zigzag = self.number()
            milliseconds += (zigzag >> 1) ^ -(zigzag & 1)
            status, flag, key = self.number(), self.take(1), None
            require(flag in (b"\x00", b"\x01"), "a call's flag is not known")
            if flag == b"\x01":
                key = self.take(16).hex()
                self.take(16)
                self.text()
                self.take(self.number())
            self.calls.append((call, operation, milliseconds, status, key))
        require(self.at == len(data), "a row has bytes behind its last call")

    def take(self, size):
        require(self.at + size <= len(self.data), "a row ends early")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self):
        value, shift = 0, 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def text(self):
        return self.take(self.number()).decode()


def tier_of(tiers, number):
    for tier, bounds in enumerate(tiers):
        if number <= bounds["up_to"]:
            return tier
    raise Wrong("a call lies above the day's limit")


def check_row(line, row, day):
    body = base64.b64decode(row["body"], validate=True)
    opening = member_bytes(line, "opening")[0] if "opening" in row else b""
    number = (datetime.date.fromisoformat(row["day"]) - datetime.date(1, 1, 1)).days
    hashed = hashlib.sha256(
        bytes.fromhex(day["hash"])
        + struct.pack(
            ">iiiqBii", number, row["seq"], row["count"], row["cumulative"], row["keyed"], len(body), len(opening)
        )
        + row["installation"].encode()
        + body
        + opening
    ).hexdigest()
    require(row["previous"] == day["hash"], "a row is not chained to the row before it")
    require(row["hash"] == hashed, "a row was altered")
    require(row["seq"] == day["rows"] + 1, "a row is missing")
    require(row["cumulative"] == day["calls"] + row["count"], "the calls of a day do not add up")
    packed = Body(body, row["count"])
    require(len(row["entries"]) == row["count"], "a row names another number of calls than it counts")
    for entry, (call, operation, at, status, key) in zip(row["entries"], packed.calls):
        day["calls"] += 1
        tier = tier_of(day["tiers"], day["calls"])
        price = Decimal(day["tiers"][tier]["price"])
        instant = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=at)
        shown = (day["calls"], call, operation, instant.isoformat(timespec="milliseconds") + "Z", status, tier, key)
        named = tuple(entry.get(name) for name in ("n", "call", "op", "at", "status", "tier", "key"))
        require(shown == named and Decimal(entry["price"]) == price, "a call is not shown as it was counted")
        day["amount"] += price
        day["tally"][(operation, tier)] = day["tally"].get((operation, tier), 0) + 1
    shown = {(one["op"], one["tier"]): one["calls"] for one in row["tally"]}
    require(shown == day["tally"] == {(o, t): c for o, t, c in packed.tally}, "a tally is not the sum of its calls")
    day["rows"], day["hash"] = row["seq"], row["hash"]


def check(lines, keys):
    head_bytes, head = member_bytes(lines[-1], "head")
    signature = json.loads(lines[-1])["signature"]
    key = next((key for key in keys["keys"] if key["id"] == signature["key_id"]), None)
    require(signature["alg"] == "Ed25519" and key is not None, "the last line is signed by no published key")
    value = base64.b64decode(signature["value"], validate=True)
    require(is_signed(base64.b64decode(key["public_key"]), head_bytes, value), "the signature is wrong")
    require(head["format"] == 1, "the form of the proof is not known")
    whole = b"".join(line + b"\n" for line in lines[:-1])
    require(hashlib.sha256(whole).hexdigest() == head["lines_sha256"], "the lines are not those that were signed")
    require(lines[-1] == json_line(head_bytes, signature), "the last line is not as it was served")

    days = {}
    for line in lines[:-1]:
        row = json.loads(line, parse_float=str, parse_int=int)
        place = (row["installation"], row["day"])
        require(row["installation"] == row["seller"] + "/" + row["plugin"], "a row belongs to two installations")
        require(row["seller"] == head["seller"] and row["day"].startswith(head["month"]), "a row is not of this bill")
        require(row["plugin"] == head.get("plugin", row["plugin"]), "a row is of another plugin")
        if place not in days:
            opening = row["opening"]
            days[place] = {
                "hash": base64.b64decode(opening["previous"]).hex(),
                "tiers": [{"up_to": tier["up_to"], "price": str(tier["price"])} for tier in opening["tiers"]],
                "rows": 0,
                "calls": 0,
                "amount": Decimal(0),
                "tally": {},
            }
        check_row(line, row, days[place])

    named = [
        (day["installation"], day["day"], day["rows"], day["calls"], day["hash"], Decimal(str(day["amount"])))
        for day in json.loads(head_bytes, parse_float=str)["days"]
    ]
    found = [(*place, day["rows"], day["calls"], day["hash"], day["amount"]) for place, day in days.items()]
    require(sorted(named) == sorted(found), "the last line names other days than the lines hold")
    total = sum((day["amount"] for day in days.values()), Decimal(0))
    exact = json.loads(head_bytes, parse_float=str)
    require(Decimal(str(exact["total"])) == total, "the total is not the sum of the calls")
    rounded = total.quantize(Decimal("0.01"), ROUND_HALF_UP)
    require(Decimal(str(exact["statement_total"])) == rounded, "the total is not rounded once, half away from zero")
    require(head["rows"] == len(lines) - 1, "rows are missing")
    require(head["calls"] == sum(day["calls"] for day in days.values()), "calls are missing")
    return f'{head["seller"]} {head["month"]}: {head["rows"]} rows, {head["calls"]} calls, total {total} {head["currency"]}'


def json_line(head_bytes, signature):
    text = ",".join(f'"{name}":"{signature[name]}"' for name in ("alg", "key_id", "value"))
    return b'{"head":' + head_bytes + b',"signature":{' + text.encode() + b"}}"


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    with open(sys.argv[2], encoding="utf-8") as file:
        keys = json.load(file)
    try:
        require(data.endswith(b"\n"), "the last line is cut off")
        print(check(data[:-1].split(b"\n"), keys))
    except (Wrong, ValueError, KeyError, IndexError, TypeError, AttributeError, StopIteration, struct.error) as problem:
        print(f"wrong: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
