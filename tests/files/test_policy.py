import pytest

from noctule.base.errors import ConfigurationError
from noctule.files import Purpose, Relaxation, Rules, SafetyPolicy, rules_for


def test_names_have_no_case_and_safe_forgets() -> None:
    policy = SafetyPolicy.of(["mapinunsafedirpath", "TrustStickyBit"])
    assert policy.allows(Relaxation.MAP_IN_UNSAFE_DIR_PATH)
    assert policy.allows(Relaxation.TRUST_STICKY_BIT)
    assert SafetyPolicy.of(["MapInUnsafeDirPath", "SAFE"]) == SafetyPolicy()


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="DontBlameSendmail option: nonsense unrecognized"):
        SafetyPolicy.of(["safe", "nonsense"])


def test_every_relaxation_of_a_file_loosens_a_rule() -> None:
    elsewhere = {  # decided by whoever uses the file, not by how it is opened
        Relaxation.ASSUME_SAFE_CHOWN,
        Relaxation.NON_ROOT_SAFE_ADDR,
        Relaxation.DONT_WARN_FORWARD_FILE_IN_UNSAFE_DIR_PATH,
        Relaxation.INSUFFICIENT_ENTROPY,
    }
    for relaxation in set(Relaxation) - elsewhere:
        loosened = SafetyPolicy(frozenset({relaxation}))
        assert any(rules_for(p, loosened) != rules_for(p, SafetyPolicy()) for p in Purpose), relaxation


def test_the_strictest_rules_are_the_default() -> None:
    assert not any((Rules().any_directory, Rules().symbolic_link, Rules().hard_link, Rules().world_writable))


def test_programs_in_a_forward_file_need_more_than_reading_it() -> None:
    policy = SafetyPolicy.of(["GroupWritableForwardFile", "ForwardFileInUnsafeDirPath"])
    reading, programs = rules_for(Purpose.FORWARD, policy), rules_for(Purpose.FORWARD_PROGRAMS, policy)
    assert (reading.group_writable, reading.any_directory) == (True, True)
    assert (programs.group_writable, programs.any_directory) == (False, False)
