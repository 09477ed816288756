// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Epochs} from "./Epochs.sol";
import {ProofStep, SumTree} from "./SumTree.sol";
import {Way} from "./Way.sol";

/// @notice One payout to claim.
struct Claim {
    address account;
    /// Cumulative over all epochs: µ$ and WAY.
    uint128 dollars;
    uint128 way;
    uint256 index;
    ProofStep[] proof;
}

/// @title Payouts: from accepted statements to what everybody is paid
/// @notice Keeps the last outcomes, makes the pending one final when its dispute window is over, and pays claims against
/// the newest final payouts tree or the one before. Whatever trees a quorum signs, never more is paid than was settled.
abstract contract Payouts is Epochs, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev Of statements; one slot. Epochs and seconds fit 48 bits for eight million years.
    struct Progress {
        /// The lowest epoch that may still be settled.
        uint48 nextStatement;
        /// Statements accepted and not voided.
        uint48 accepted;
        /// Of these, how many are final; `accepted` or one less.
        uint48 finalized;
        /// When the last accepted one is final (unix seconds).
        uint48 finalAt;
    }

    struct Outcome {
        bytes32 statementHash;
        bytes32 payoutsRoot;
        uint256 payoutsSum;
    }

    /// @dev What an accepted statement does when it becomes final.
    struct Deferred {
        uint128 auctionDollars;
        uint128 wayToMint;
    }

    /// @dev The current outcome, the one before, and one that pends.
    uint256 internal constant RING = 3;

    IERC20 public immutable dollar;
    Way public immutable way;
    address public immutable burnAuction;

    Progress internal _progress;
    Deferred internal _deferred;

    /// @dev µ$ << 128 | WAY over all accounts.
    uint256 private _claimedTotal;

    Outcome[RING] internal _outcomes;
    mapping(address account => uint256 packed) private _claimed;

    event StatementFinalized(bytes32 indexed statementHash, bytes32 payoutsRoot, uint256 payoutsSum);
    event PayoutClaimed(address indexed account, address indexed recipient, uint256 dollars, uint256 wayAmount);

    error NothingToFinalize();
    error NothingSettled();
    error PayoutNotInRoot(address account);
    error NothingToClaim(address account);
    error NoRecipient(address account);
    error ClaimsAboveSettled();

    constructor(IERC20 dollar_, Way way_, address burnAuction_) {
        dollar = dollar_;
        way = way_;
        burnAuction = burnAuction_;
    }

    /// @notice Makes the pending statement final once its dispute window is over. Claims and the next statement do the
    /// same by themselves.
    /// Effects: its payouts become claimable; the auction's dollars are sent; vested WAY is minted to this contract; emits
    /// StatementFinalized.
    /// Requirements: a statement pends and its window is over.
    function finalize() external nonReentrant {
        if (!_finalizeIfDue()) revert NothingToFinalize();
    }

    /// @notice Pays what `account` earned and was not paid yet, to its registered payout address. Anyone may call.
    /// Effects: the account counts as paid up to (dollars, way); emits PayoutClaimed.
    /// Requirements: the totals are in the current or the previous final payouts tree; something is left to pay; a
    /// device's owner is known.
    function claim(address account, uint128 dollars, uint128 way_, uint256 index, ProofStep[] calldata proof)
        external
        nonReentrant
    {
        _finalizeIfDue();
        (bytes32 root, uint256 settled) = _current();
        uint256 due = _due(account, dollars, way_);
        if (due == 0) revert NothingToClaim(account);
        address recipient = registry.recipientOf(account);
        if (recipient == address(0)) revert NoRecipient(account);
        _requireProven(root, settled, account, dollars, way_, index, proof);
        _markClaimed(account, recipient, due);
        _countClaimed(settled, due);
        _pay(recipient, due);
    }

    /// @notice Claims for many accounts. Skips what is claimed already and devices without a known owner.
    /// @dev Neighbours with the same recipient are paid by one transfer: sort by recipient to save gas.
    /// Effects: as `claim` for each account not skipped.
    /// Requirements: every account not skipped is in the current or the previous final payouts tree.
    function claimBatch(Claim[] calldata claims) external nonReentrant {
        _finalizeIfDue();
        (bytes32 root, uint256 settled) = _current();
        uint256 total;
        uint256 owed;
        address owedTo;
        for (uint256 i = 0; i < claims.length; ++i) {
            Claim calldata c = claims[i];
            uint256 due = _due(c.account, c.dollars, c.way);
            if (due == 0) continue;
            address recipient = registry.recipientOf(c.account);
            if (recipient == address(0)) continue;
            _requireProven(root, settled, c.account, c.dollars, c.way, c.index, c.proof);
            _markClaimed(c.account, recipient, due);
            if (recipient != owedTo) {
                _pay(owedTo, owed);
                (owedTo, owed) = (recipient, 0);
            }
            owed = SumTree.add(owed, due);
            total = SumTree.add(total, due);
        }
        _countClaimed(settled, total);
        _pay(owedTo, owed);
    }

    // ------------------------------------------------------------------------------------------------ views

    /// @notice The last accepted statement, pending or final; all zero when there is none.
    function latest() external view returns (Outcome memory outcome, bool isFinal) {
        Progress memory c = _progress;
        if (c.accepted == 0) return (outcome, false);
        isFinal = c.accepted == c.finalized || block.timestamp >= c.finalAt;
        return (_outcomes[(uint256(c.accepted) - 1) % RING], isFinal);
    }

    /// @notice The two outcomes that can be claimed from now, newest first; all zero where there is none.
    function claimable() external view returns (Outcome memory current, Outcome memory previous) {
        Progress memory c = _progress;
        uint256 count = block.timestamp >= c.finalAt ? c.accepted : c.finalized;
        if (count >= 1) current = _outcomes[(count - 1) % RING];
        if (count >= 2) previous = _outcomes[(count - 2) % RING];
    }

    /// @notice What was paid for an account so far: µ$ and WAY.
    function claimed(address account) external view returns (uint256 dollars, uint256 wayAmount) {
        return (_claimed[account] >> 128, _claimed[account] & SumTree.LOW);
    }

    /// @notice What was paid to everybody so far: µ$ and WAY.
    function claimedTotal() external view returns (uint256 dollars, uint256 wayAmount) {
        return (_claimedTotal >> 128, _claimedTotal & SumTree.LOW);
    }

    // ------------------------------------------------------------------------------------------------ effects

    function _finalizeIfDue() internal returns (bool done) {
        Progress memory c = _progress;
        if (c.accepted == c.finalized || block.timestamp < c.finalAt) return false;
        c.finalized = c.accepted;
        _progress = c;
        Deferred memory deferred = _deferred;
        Outcome storage outcome = _outcomes[(uint256(c.accepted) - 1) % RING];
        emit StatementFinalized(outcome.statementHash, outcome.payoutsRoot, outcome.payoutsSum);
        if (deferred.wayToMint != 0) way.mint(address(this), deferred.wayToMint);
        if (deferred.auctionDollars != 0) dollar.safeTransfer(burnAuction, deferred.auctionDollars);
        return true;
    }

    /// @dev The newest final payouts tree: its root and its sum, which is all that may ever be claimed so far.
    function _current() private view returns (bytes32 root, uint256 settled) {
        uint256 count = _progress.finalized;
        if (count == 0) revert NothingSettled();
        Outcome storage current = _outcomes[(count - 1) % RING];
        return (current.payoutsRoot, current.payoutsSum);
    }

    /// @dev What is left of these cumulative totals, packed; an older total than was claimed leaves nothing.
    function _due(address account, uint128 dollars, uint128 way_) private view returns (uint256) {
        uint256 before = _claimed[account];
        uint256 paidDollars = before >> 128;
        uint256 paidWay = before & SumTree.LOW;
        unchecked {
            return SumTree.pack(dollars > paidDollars ? dollars - paidDollars : 0, way_ > paidWay ? way_ - paidWay : 0);
        }
    }

    /// @dev `root` and `settled` are the newest final tree's; the one before is looked up only when they do not match.
    function _requireProven(
        bytes32 root,
        uint256 settled,
        address account,
        uint128 dollars,
        uint128 way_,
        uint256 index,
        ProofStep[] calldata proof
    ) private view {
        (bytes32 proven, uint256 sum) = SumTree.rootFrom(
            SumTree.payoutLeaf(account, dollars, way_), SumTree.pack(dollars, way_), index, proof
        );
        if (proven == root && sum == settled) return;
        uint256 count = _progress.finalized;
        if (count < 2) revert PayoutNotInRoot(account);
        Outcome storage previous = _outcomes[(count - 2) % RING];
        if (proven != previous.payoutsRoot || sum != previous.payoutsSum) revert PayoutNotInRoot(account);
    }

    function _markClaimed(address account, address recipient, uint256 due) private {
        _claimed[account] = SumTree.add(_claimed[account], due);
        emit PayoutClaimed(account, recipient, due >> 128, due & SumTree.LOW);
    }

    /// @dev Whatever trees a quorum signs, never more is paid than was settled.
    function _countClaimed(uint256 settled, uint256 due) private {
        uint256 total = SumTree.add(_claimedTotal, due);
        if (total >> 128 > settled >> 128 || total & SumTree.LOW > settled & SumTree.LOW) revert ClaimsAboveSettled();
        _claimedTotal = total;
    }

    function _pay(address recipient, uint256 due) private {
        uint256 dollars = due >> 128;
        uint256 wayAmount = due & SumTree.LOW;
        if (dollars != 0) dollar.safeTransfer(recipient, dollars);
        if (wayAmount != 0) IERC20(address(way)).safeTransfer(recipient, wayAmount);
    }
}
