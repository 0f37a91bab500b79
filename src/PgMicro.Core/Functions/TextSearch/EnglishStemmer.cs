using System.Collections.Frozen;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>The English (Porter 2) stemming algorithm.</summary>
internal ref struct EnglishStemmer
{
    private static readonly FrozenDictionary<string, string> Exceptions = new Dictionary<string, string>
    {
        ["skis"] = "ski",
        ["skies"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["idly"] = "idl",
        ["gently"] = "gentl",
        ["ugly"] = "ugli",
        ["early"] = "earli",
        ["only"] = "onli",
        ["singly"] = "singl",
        ["sky"] = "sky",
        ["news"] = "news",
        ["howe"] = "howe",
        ["atlas"] = "atlas",
        ["cosmos"] = "cosmos",
        ["bias"] = "bias",
        ["andes"] = "andes",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Invariants =
        new[] { "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed" }.ToFrozenSet();

    private static readonly (string Suffix, string Replacement)[] Step2Suffixes =
    [
        ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"), ("tional", "tion"), ("biliti", "ble"), ("lessli", "less"),
        ("entli", "ent"), ("ation", "ate"), ("alism", "al"), ("aliti", "al"), ("ousli", "ous"), ("iviti", "ive"), ("fulli", "ful"), ("enci", "ence"), ("anci", "ance"),
        ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ];

    private static readonly (string Suffix, string Replacement)[] Step3Suffixes =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""), ("ical", "ic"), ("ness", ""), ("ful", ""),
    ];

    private static readonly string[] Step4Suffixes =
        ["ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion", "al", "er", "ic"];

    private readonly char[] _w;
    private int _length;
    private int _r1;
    private int _r2;

    private EnglishStemmer(string word)
    {
        _w = new char[word.Length + 2];
        word.CopyTo(_w);
        _length = word.Length;
    }

    /// <summary>The stem of a lower-case word.</summary>
    internal static string Stem(string word)
    {
        if (Exceptions.TryGetValue(word, out var exception))
        {
            return exception;
        }

        if (word.Length <= 2)
        {
            return word;
        }

        var stemmer = new EnglishStemmer(word);
        stemmer.Run();
        return new string(stemmer._w, 0, stemmer._length).Replace('Y', 'y');
    }

    private readonly bool Ends(string suffix) => _length >= suffix.Length && _w.AsSpan(_length - suffix.Length, suffix.Length).SequenceEqual(suffix);

    private static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

    private void Replace(int suffixLength, string replacement)
    {
        _length -= suffixLength;
        replacement.CopyTo(_w.AsSpan(_length));
        _length += replacement.Length;
    }

    private readonly bool InR1(int suffixLength) => _length - suffixLength >= _r1;

    private readonly bool InR2(int suffixLength) => _length - suffixLength >= _r2;

    private readonly bool HasVowelBefore(int end)
    {
        for (var i = 0; i < end; i++)
        {
            if (IsVowel(_w[i]))
            {
                return true;
            }
        }

        return false;
    }

    private void Run()
    {
        if (_w[0] == '\'')
        {
            Array.Copy(_w, 1, _w, 0, --_length);
        }

        // A y that stands for a consonant.
        for (var i = 0; i < _length; i++)
        {
            if (_w[i] == 'y' && (i == 0 || IsVowel(_w[i - 1])))
            {
                _w[i] = 'Y';
            }
        }

        MarkRegions();
        Step1A();
        if (Invariants.Contains(new string(_w, 0, _length)))
        {
            return;
        }

        Step1B();
        if (_length > 2 && _w[_length - 1] is 'y' or 'Y' && !IsVowel(_w[_length - 2]))
        {
            _w[_length - 1] = 'i';
        }

        Step2();
        Step3();
        Step4();
        Step5();
    }

    private void MarkRegions()
    {
        var word = _w.AsSpan(0, _length);
        _r1 = word.StartsWith("gener") || word.StartsWith("arsen") ? 5 : word.StartsWith("commun") ? 6 : After(0);
        _r2 = After(_r1);
    }

    // Behind the first consonant that follows a vowel.
    private readonly int After(int start)
    {
        for (var i = start; i + 1 < _length; i++)
        {
            if (IsVowel(_w[i]) && !IsVowel(_w[i + 1]))
            {
                return i + 2;
            }
        }

        return _length;
    }

    private void Step1A()
    {
        if (Ends("'s'"))
        {
            _length -= 3;
        }
        else if (Ends("'s"))
        {
            _length -= 2;
        }
        else if (Ends("'"))
        {
            _length--;
        }

        if (Ends("sses"))
        {
            _length -= 2;
        }
        else if (Ends("ied") || Ends("ies"))
        {
            Replace(3, _length > 4 ? "i" : "ie");
        }
        else if (!Ends("us") && !Ends("ss") && Ends("s") && HasVowelBefore(_length - 2))
        {
            _length--;
        }
    }

    private void Step1B()
    {
        if (Ends("eedly") || Ends("eed"))
        {
            var length = Ends("eed") ? 3 : 5;
            if (InR1(length))
            {
                Replace(length, "ee");
            }

            return;
        }

        var suffix = Ends("ingly") || Ends("edly") ? Ends("ingly") ? 5 : 4 : Ends("ing") ? 3 : Ends("ed") ? 2 : 0;
        if (suffix == 0 || !HasVowelBefore(_length - suffix))
        {
            return;
        }

        _length -= suffix;
        if (Ends("at") || Ends("bl") || Ends("iz"))
        {
            Replace(0, "e");
        }
        else if (_length >= 2 && _w[_length - 1] == _w[_length - 2] && _w[_length - 1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't')
        {
            _length--;
        }
        else if (_r1 >= _length && IsShortSyllable())
        {
            Replace(0, "e");
        }
    }

    // Whether the word ends in a vowel between consonants, or is a vowel and a consonant.
    private readonly bool IsShortSyllable() => _length == 2
        ? IsVowel(_w[0]) && !IsVowel(_w[1])
        : _length > 2 && !IsVowel(_w[_length - 3]) && IsVowel(_w[_length - 2]) && !IsVowel(_w[_length - 1]) && _w[_length - 1] is not ('w' or 'x' or 'Y');

    private void Step2()
    {
        foreach (var (suffix, replacement) in Step2Suffixes)
        {
            if (!Ends(suffix))
            {
                continue;
            }

            if (InR1(suffix.Length)
                && (suffix != "ogi" || (_length > 3 && _w[_length - 4] == 'l'))
                && (suffix != "li" || (_length > 2 && _w[_length - 3] is 'c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't')))
            {
                Replace(suffix.Length, replacement);
            }

            return;
        }
    }

    private void Step3()
    {
        foreach (var (suffix, replacement) in Step3Suffixes)
        {
            if (!Ends(suffix))
            {
                continue;
            }

            if (InR1(suffix.Length) && (suffix != "ative" || InR2(suffix.Length)))
            {
                Replace(suffix.Length, replacement);
            }

            return;
        }
    }

    private void Step4()
    {
        foreach (var suffix in Step4Suffixes)
        {
            if (!Ends(suffix))
            {
                continue;
            }

            if (InR2(suffix.Length) && (suffix != "ion" || (_length > 3 && _w[_length - 4] is 's' or 't')))
            {
                _length -= suffix.Length;
            }

            return;
        }
    }

    private void Step5()
    {
        if (Ends("e"))
        {
            if (InR2(1))
            {
                _length--;
            }
            else if (InR1(1))
            {
                _length--;
                if (IsShortSyllable())
                {
                    _length++;
                }
            }
        }
        else if (Ends("l") && InR2(1) && _length > 1 && _w[_length - 2] == 'l')
        {
            _length--;
        }
    }
}
