using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Marketplace.Replay.Tests;

/// <summary>What one installation is owed, in order, as it leaves. Safe to use from several workers.</summary>
internal sealed class PluginFeed(string installation, Faults faults)
{
    private const int Victim = 4;
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _events = [];
    private readonly List<JsonObject> _dead = [];
    private int _cursor;
    private JsonObject? _heldBack;
    private bool _swapped;
    private int _appended;

    public Uri? Url { get; set; }

    public bool Parked { get; set; }

    public void Append(JsonObject e)
    {
        lock (_lock)
        {
            var number = _appended++;
            if (faults.LosesDelivery && number == Victim)
            {
                return;
            }

            if (faults.SwapsDeliveries && !_swapped && (string)e["type"]! == "order.created")
            {
                (_heldBack, _swapped) = (e, true);
                return;
            }

            Put(Render(e));
            if (_heldBack is { } created && (string)e["subject"]! == (string)created["subject"]!)
            {
                Put(Render(created));
                _heldBack = null;
            }

            if (number == Victim)
            {
                Repeat(e);
            }
        }
    }

    /// <summary>The next events, at most <paramref name="limit"/>, without moving on.</summary>
    public List<JsonObject> Peek(int limit)
    {
        lock (_lock)
        {
            return Parked ? [] : [.. _events.Skip(_cursor).Take(limit)];
        }
    }

    public void MoveOn(int count)
    {
        lock (_lock)
        {
            _cursor += count;
        }
    }

    public void GiveUp(JsonObject e)
    {
        lock (_lock)
        {
            _dead.Add(e);
            _cursor++;
        }
    }

    public JsonObject ReplayDead()
    {
        lock (_lock)
        {
            if (!faults.ParksRefused)
            {
                RedeliverDead();
            }

            return new JsonObject { ["replay"] = "1" };
        }
    }

    /// <summary>The endpoint is named, and so no longer parked.</summary>
    public void Return()
    {
        lock (_lock)
        {
            Parked = false;
            if (faults.ParksRefused)
            {
                RedeliverDead();
            }
        }
    }

    public JsonObject Consume(int limit)
    {
        lock (_lock)
        {
            var next = _events.Skip(_cursor).Take(limit).ToList();
            return new JsonObject
            {
                ["events"] = new JsonArray([.. next.Select(e => e.DeepClone())]),
                ["next_cursor"] = Cursor(_cursor + next.Count),
                ["cursor"] = Cursor(_cursor),
            };
        }
    }

    public JsonObject Confirm(string cursor)
    {
        lock (_lock)
        {
            _cursor = Math.Max(_cursor, int.Parse(cursor, CultureInfo.InvariantCulture));
            return new JsonObject { ["cursor"] = Cursor(_cursor) };
        }
    }

    /// <summary>As the plugin sees its endpoint.</summary>
    public JsonObject Status()
    {
        lock (_lock)
        {
            var isLast = faults.ParksRefused && _dead.Count > 0 && _cursor >= _events.Count;
            return new JsonObject
            {
                ["parked"] = Parked || isLast ? new JsonObject { ["reason"] = isLast ? "exhausted" : "gone" } : null,
                ["dead_letters"] = faults.ParksRefused ? 0 : _dead.Count,
            };
        }
    }

    private static string Cursor(int place) => place.ToString(CultureInfo.InvariantCulture);

    private void Repeat(JsonObject e)
    {
        if (faults.RepeatsUnderOtherId)
        {
            var again = Render(e);
            again["id"] = "evt_other";
            Put(again);
        }

        if (faults.RepeatsOtherwise)
        {
            var again = Render(e);
            again["data"]!["word"] = "another";
            Put(again);
        }
    }

    private void RedeliverDead()
    {
        _events.AddRange(_dead);
        _dead.Clear();
    }

    private void Put(JsonObject rendered) => _events.Add(rendered);

    private JsonObject Render(JsonObject e)
    {
        var data = e["data"]!.DeepClone().AsObject();
        if (data["buyer"] is JsonObject buyer)
        {
            var phone = (string?)buyer["phone"];
            data["buyer"] = new JsonObject { ["region"] = buyer["region"]?.DeepClone(), ["country"] = buyer["country"]?.DeepClone() };
            if (faults.DeliversPhone)
            {
                data["note"] = $"call {phone}";
            }
        }

        return new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = "evt_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{e["source"]} {e["id"]}")))[..32],
            ["source"] = (string)e["source"]!,
            ["type"] = (string)e["type"]!,
            ["subject"] = (string)e["subject"]!,
            ["time"] = (string)e["time"]!,
            ["installation"] = installation,
            ["data"] = data,
        };
    }
}
