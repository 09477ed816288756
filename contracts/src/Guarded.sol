// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Guarded: a guardian may stop new statements, for a while
/// @notice Only what is new stops. Whoever named the guardian cannot make the pause longer, nor follow it by another at once.
abstract contract Guarded is Ownable {
    struct Guardian {
        address account;
        uint64 pausedUntil;
    }

    /// @notice The longest pause, and the shortest time between the end of one and the start of the next.
    uint256 public constant MAX_PAUSE_SECONDS = 7 days;

    Guardian private _guardian;

    event GuardianSet(address indexed guardian);
    event Paused(uint64 until);

    error StatementPaused(uint64 until);
    error NotGuardian(address caller);
    error PauseTooLong(uint256 seconds_);
    error PauseTooSoon(uint256 notBefore);

    modifier whenNotPaused() {
        uint64 until = _guardian.pausedUntil;
        if (block.timestamp < until) revert StatementPaused(until);
        _;
    }

    constructor(address owner_, address guardian_) Ownable(owner_) {
        _guardian.account = guardian_;
        emit GuardianSet(guardian_);
    }

    /// @notice Names who may pause statements; zero: nobody.
    /// Effects: the guardian changes; a pause under way goes on; emits GuardianSet.
    /// Requirements: caller is the owner.
    function setGuardian(address guardian_) external onlyOwner {
        _guardian.account = guardian_;
        emit GuardianSet(guardian_);
    }

    /// @notice Stops new statements for at most MAX_PAUSE_SECONDS. Claims and withdrawals go on.
    /// Effects: postStatement reverts until then; emits Paused.
    /// Requirements: caller is the guardian; the last pause ended at least MAX_PAUSE_SECONDS ago.
    function pause(uint64 seconds_) external {
        Guardian storage g = _guardian;
        if (msg.sender != g.account) revert NotGuardian(msg.sender);
        if (seconds_ > MAX_PAUSE_SECONDS) revert PauseTooLong(seconds_);
        if (g.pausedUntil != 0 && block.timestamp < g.pausedUntil + MAX_PAUSE_SECONDS) {
            revert PauseTooSoon(g.pausedUntil + MAX_PAUSE_SECONDS);
        }
        g.pausedUntil = SafeCast.toUint64(block.timestamp + seconds_);
        emit Paused(g.pausedUntil);
    }

    /// @notice Ends a pause early.
    /// Effects: statements are accepted again; emits Paused with now.
    /// Requirements: caller is the guardian; a pause is under way.
    function unpause() external {
        Guardian storage g = _guardian;
        if (msg.sender != g.account) revert NotGuardian(msg.sender);
        if (block.timestamp >= g.pausedUntil) revert PauseTooSoon(g.pausedUntil);
        g.pausedUntil = SafeCast.toUint64(block.timestamp);
        emit Paused(g.pausedUntil);
    }

    /// @notice Who may pause, and until when statements are paused (unix seconds).
    function guardian() external view returns (address account, uint64 pausedUntil) {
        return (_guardian.account, _guardian.pausedUntil);
    }
}
