// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Epochs} from "./Epochs.sol";
import {Escrow} from "./Escrow.sol";
import {Guarded} from "./Guarded.sol";
import {Params, ParamsLib} from "./Params.sol";
import {Payouts} from "./Payouts.sol";
import {Registry} from "./Registry.sol";
import {PayerRow, Statement, StatementLib} from "./Statement.sol";
import {SumTree} from "./SumTree.sol";
import {Way, WAY_RESERVE} from "./Way.sol";

/// @notice How a settlement is deployed. Addresses and times never change; owner, guardian and parameters may.
struct Config {
    IERC20 dollar;
    Way way;
    Escrow escrow;
    Registry registry;
    address burnAuction;
    /// Changes parameters and the guardian: the deployer while bootstrapping, the timelock afterwards.
    address owner;
    address guardian;
    /// Unix seconds; epoch n is [genesisTime + n·epochSeconds, genesisTime + (n+1)·epochSeconds).
    uint64 genesisTime;
    uint64 epochSeconds;
    /// K: blocks between the opening of an epoch and the block whose hash is its seed.
    uint64 seedDelayBlocks;
    uint64 disputeWindowSeconds;
    Params params;
}

/// @title Settlement: from a quorum's statement to everybody's payout
/// @notice Verifiers compute what everyone earned in an epoch and sign it; this contract checks the quorum and, against
/// its own books, the bounds that hold whoever signs: dollars out ≤ dollars in − ⌈μ·dollars in⌉, each payer's row within
/// its escrow, WAY allotted ≤ C by kind, WAY vested ≤ WAY allotted, paid ≤ settled. Not upgradeable.
/// @dev The seam for disputes is `_void`: a proven fault inside the dispute window calls it and nothing of the statement
/// remains. Until the window is over nothing left this contract: the auction's dollars and the minting wait for it.
contract Settlement is EIP712, Guarded, Payouts {
    using SafeERC20 for IERC20;
    using ParamsLib for Params;

    /// @notice Where the settlement stands. Epochs and seconds fit 48 bits for eight million years.
    struct Clock {
        /// The lowest epoch that may still be opened.
        uint48 nextEpoch;
        /// The lowest epoch that may still be settled.
        uint48 nextStatement;
        /// Statements accepted and not voided.
        uint48 accepted;
        /// Of these, how many are final; `accepted` or one less.
        uint48 finalized;
        /// When the last accepted one is final (unix seconds).
        uint48 finalAt;
    }

    Escrow public immutable escrow;
    uint64 public immutable disputeWindowSeconds;

    /// @notice λ at deployment: governance may lower it, never raise it above.
    uint32 public immutable maxLambdaPerBillion;

    Params private _params;

    /// @notice R: WAY that may still be allotted.
    uint128 public reserve;

    /// @notice WAY vested by all accepted statements; never more than was allotted.
    uint128 public vestedTotal;

    /// @notice WAY of the treasury that waits to be paid as stipends.
    uint256 public stipendPot;

    event StatementPosted(uint64 indexed epoch, bytes32 indexed statementHash, uint64 finalAt, Statement statement);
    event StatementSources(
        bytes32 indexed statementHash, address[] signers, bytes32[] bundleHeads, uint256[4] allottedByKind
    );
    event StatementVoided(uint64 indexed epoch, bytes32 indexed statementHash);
    event StipendFunded(address indexed from, uint256 amount, uint256 pot);
    event ParamsSet(bytes32 indexed paramsHash, Params params);

    error ZeroAddress();
    error ThawTooShort(uint64 thawSeconds);
    error PreviousStatementPending(uint64 finalAt);
    error EpochAlreadySettled(uint64 epoch, uint64 next);
    error EpochNotEnded(uint64 epoch);
    error SeedNotRecorded(uint64 epoch);
    error WrongPrevious(bytes32 given, bytes32 expected);
    error WrongParams(bytes32 given, bytes32 expected);
    error RegistryBlockInFuture(uint64 registryBlock);
    error BundleHeadsNotAscending(uint256 index);
    error WrongBundleHeads(bytes32 given, bytes32 actual);
    error WrongPayerRows(bytes32 given, bytes32 actual);
    error WrongAllottedByKind(bytes32 given, bytes32 actual);
    error SignersNotAscending(uint256 index);
    error QuorumNotReached(uint256 weight, uint256 total);
    error DollarsNotConserved(uint256 dollarsIn, uint256 sum);
    error PayAboveBound(uint256 pay, uint256 bound);
    error VerificationAboveBound(uint256 verification, uint256 bound);
    error RowsDoNotSumUp(uint256 sum, uint256 dollarsIn);
    error AllottedAboveBound(uint256 kind, uint256 allotted, uint256 bound);
    error AllottedDoesNotSumUp(uint256 sum, uint256 wayAllotted);
    error WrongReserve(uint256 given, uint256 expected);
    error VestedAboveAllotted(uint256 vested, uint256 allotted);
    error StipendAboveBound(uint256 stipend, uint256 bound);
    error WrongPayoutsSum(uint256 given, uint256 expected);
    error NotVoidable(bytes32 statementHash);

    constructor(Config memory c)
        EIP712("Wayleave", "1")
        Guarded(c.owner, c.guardian)
        Epochs(c.registry, c.genesisTime, c.epochSeconds, c.seedDelayBlocks)
        Payouts(c.dollar, c.way, c.burnAuction)
    {
        if (
            address(c.dollar) == address(0) || address(c.way) == address(0) || address(c.escrow) == address(0)
                || address(c.registry) == address(0) || c.burnAuction == address(0)
        ) revert ZeroAddress();
        if (c.escrow.thawSeconds() <= uint256(c.epochSeconds) + c.disputeWindowSeconds) {
            revert ThawTooShort(c.escrow.thawSeconds());
        }
        c.params.check(c.params.lambdaPerBillion);
        escrow = c.escrow;
        disputeWindowSeconds = c.disputeWindowSeconds;
        maxLambdaPerBillion = c.params.lambdaPerBillion;
        reserve = uint128(WAY_RESERVE);
        _params = c.params;
        emit ParamsSet(c.params.hash(), c.params);
    }

    // ------------------------------------------------------------------------------------------------ statements

    /// @notice Accepts what a quorum of verifiers computed for an epoch. Anyone may post it.
    /// Effects: takes each row from its payer's escrow; lowers the reserve by what is allotted; moves the stipend out of
    /// the pot; opens the dispute window; emits StatementPosted and StatementSources (and first finalizes the statement before, when due).
    /// Requirements: not paused; the statement before is final; the epoch is newer than the last settled, over, and its
    /// seed recorded; `previous` and `paramsHash` are ours; lists ascend and match their hashes; signers ascend, are
    /// active and hold ⅔ of the weight; and the bounds: see _checkNumbers.
    function postStatement(
        Statement calldata s,
        PayerRow[] calldata rows,
        uint256[4] calldata allottedByKind,
        bytes32[] calldata bundleHeads,
        bytes[] calldata signatures
    ) external nonReentrant whenNotPaused {
        _finalizeIfDue();
        _checkLists(s, rows, allottedByKind, bundleHeads);
        bytes32 statementHash = StatementLib.structHash(s);
        address[] memory signers = _checkQuorum(_hashTypedDataV4(statementHash), signatures);
        _checkNumbers(s, allottedByKind);
        _accept(s, statementHash);
        emit StatementSources(statementHash, signers, bundleHeads, allottedByKind);
        uint256 taken = escrow.take(rows);
        if (taken != s.dollarsIn) revert RowsDoNotSumUp(taken, s.dollarsIn);
    }

    /// @notice Adds to the pot that stipends are paid from while turnover is small.
    /// Effects: the pot grows by `amount`; emits StipendFunded.
    /// Requirements: the caller approved `amount`. What is in the pot never leaves it but as stipends.
    function fundStipend(uint256 amount) external nonReentrant {
        stipendPot += amount;
        emit StipendFunded(msg.sender, amount, stipendPot);
        IERC20(address(way)).safeTransferFrom(msg.sender, address(this), amount);
    }

    // ------------------------------------------------------------------------------------------------ governance

    /// @notice Changes the parameters. Statements posted from now on must name their hash.
    /// Effects: the parameters change; emits ParamsSet.
    /// Requirements: caller is the owner; shares sum to BPS, burn and verification within bounds, weights sum to at most
    /// BPS, λ at most what it was at deployment.
    function setParams(Params calldata p) external onlyOwner {
        Params memory checked = p;
        checked.check(maxLambdaPerBillion);
        _params = checked;
        emit ParamsSet(checked.hash(), checked);
    }

    // ------------------------------------------------------------------------------------------------ views

    function params() external view returns (Params memory) {
        return _params;
    }

    function paramsHash() external view returns (bytes32) {
        Params memory p = _params;
        return p.hash();
    }

    /// @notice The lowest epochs that may still be opened and settled, how many statements were accepted and are counted
    /// as final, and when the last one is final (unix seconds).
    function clock() external view returns (Clock memory) {
        Progress memory p = _progress;
        return Clock(uint48(_nextEpoch), p.nextStatement, p.accepted, p.finalized, p.finalAt);
    }

    /// @notice The EIP-712 digest that verifiers sign.
    function statementDigest(Statement calldata s) external view returns (bytes32) {
        return _hashTypedDataV4(StatementLib.structHash(s));
    }

    /// @notice The EIP-712 domain separator: name Wayleave, version 1.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    // ------------------------------------------------------------------------------------------------ checks

    function _checkNumbers(Statement calldata s, uint256[4] calldata allottedByKind) private view {
        Progress memory c = _progress;
        if (c.accepted != c.finalized) revert PreviousStatementPending(c.finalAt);
        Outcome memory last;
        if (c.accepted != 0) last = _outcomes[(uint256(c.accepted) - 1) % RING];
        Params memory p = _params;
        _checkPlace(s, c, last.statementHash, p);
        _checkDollars(s, p);
        _checkWay(s, allottedByKind, p);
        _checkPayoutsSum(s, last.payoutsSum);
    }

    function _checkPlace(Statement calldata s, Progress memory c, bytes32 previous, Params memory p) private view {
        if (s.epoch < c.nextStatement) revert EpochAlreadySettled(s.epoch, c.nextStatement);
        if (block.timestamp < uint256(genesisTime) + (uint256(s.epoch) + 1) * epochSeconds) {
            revert EpochNotEnded(s.epoch);
        }
        if (_seeds[s.epoch] == 0) revert SeedNotRecorded(s.epoch);
        if (s.previous != previous) revert WrongPrevious(s.previous, previous);
        bytes32 ours = p.hash();
        if (s.paramsHash != ours) revert WrongParams(s.paramsHash, ours);
        if (s.registryBlock > block.number) revert RegistryBlockInFuture(s.registryBlock);
    }

    function _checkLists(
        Statement calldata s,
        PayerRow[] calldata rows,
        uint256[4] calldata allottedByKind,
        bytes32[] calldata bundleHeads
    ) private pure {
        for (uint256 i = 1; i < bundleHeads.length; ++i) {
            if (bundleHeads[i] <= bundleHeads[i - 1]) revert BundleHeadsNotAscending(i);
        }
        bytes32 actual = keccak256(abi.encode(bundleHeads));
        if (s.bundleHeadsHash != actual) revert WrongBundleHeads(s.bundleHeadsHash, actual);
        actual = keccak256(abi.encode(rows));
        if (s.payerRowsHash != actual) revert WrongPayerRows(s.payerRowsHash, actual);
        actual = keccak256(abi.encode(allottedByKind));
        if (s.allottedByKindHash != actual) revert WrongAllottedByKind(s.allottedByKindHash, actual);
    }

    /// @dev Dollars: everything that came in is accounted for, and what is paid out stays ⌈μ·in⌉ below it, whoever signs.
    function _checkDollars(Statement calldata s, Params memory p) private pure {
        uint256 pay = s.devicesDollars + s.verificationDollars;
        if (pay + s.auctionDollars != s.dollarsIn) revert DollarsNotConserved(s.dollarsIn, pay + s.auctionDollars);
        uint256 bound = s.dollarsIn - ParamsLib.shareUp(s.dollarsIn, p.burnBps);
        if (pay > bound) revert PayAboveBound(pay, bound);
        bound = ParamsLib.shareDown(s.dollarsIn, p.verificationBps);
        if (s.verificationDollars > bound) revert VerificationAboveBound(s.verificationDollars, bound);
    }

    /// @dev WAY: each kind's allotment within its part of C, the reserve falls by exactly that, and never more vests than
    /// was allotted.
    function _checkWay(Statement calldata s, uint256[4] calldata allottedByKind, Params memory p) private view {
        uint256 left = reserve;
        uint256 capacity = ParamsLib.capacityDown(left, p.lambdaPerBillion);
        uint256 sum;
        for (uint256 kind = 0; kind < 4; ++kind) {
            uint256 bound = ParamsLib.shareDown(capacity, p.weightBps[kind]);
            if (allottedByKind[kind] > bound) revert AllottedAboveBound(kind, allottedByKind[kind], bound);
            sum += allottedByKind[kind];
        }
        if (sum != s.wayAllotted) revert AllottedDoesNotSumUp(sum, s.wayAllotted);
        if (s.reserveAfter != left - sum) revert WrongReserve(s.reserveAfter, left - sum);
        uint256 vested = vestedTotal + s.wayVested;
        uint256 allotted = WAY_RESERVE - s.reserveAfter;
        if (vested > allotted) revert VestedAboveAllotted(vested, allotted);
        uint256 stipendBound = p.stipendPerEpoch < stipendPot ? p.stipendPerEpoch : stipendPot;
        if (s.stipendWay > stipendBound) revert StipendAboveBound(s.stipendWay, stipendBound);
    }

    /// @dev Both cumulative sums grow by exactly what this epoch pays.
    function _checkPayoutsSum(Statement calldata s, uint256 lastSum) private pure {
        uint256 dollars = (lastSum >> 128) + s.devicesDollars + s.verificationDollars;
        uint256 wayAmount = (lastSum & SumTree.LOW) + s.wayVested + s.stipendWay;
        uint256 expected = SumTree.pack(SafeCast.toUint128(dollars), SafeCast.toUint128(wayAmount));
        if (s.payoutsSum != expected) revert WrongPayoutsSum(s.payoutsSum, expected);
    }

    /// @dev At least ⅔ of the active weight, by distinct active verifiers.
    function _checkQuorum(bytes32 digest, bytes[] calldata signatures) private view returns (address[] memory signers) {
        signers = new address[](signatures.length);
        address last;
        for (uint256 i = 0; i < signatures.length; ++i) {
            address signer = ECDSA.recoverCalldata(digest, signatures[i]);
            if (signer <= last) revert SignersNotAscending(i);
            signers[i] = last = signer;
        }
        (uint256 weight, uint256 total) = registry.weigh(signers);
        if (total == 0 || weight * 3 < total * 2) revert QuorumNotReached(weight, total);
    }

    // ------------------------------------------------------------------------------------------------ effects

    function _accept(Statement calldata s, bytes32 statementHash) private {
        Progress memory c = _progress;
        uint48 finalAt = SafeCast.toUint48(block.timestamp + disputeWindowSeconds);
        Outcome storage slot = _outcomes[uint256(c.accepted) % RING];
        slot.statementHash = statementHash;
        slot.payoutsRoot = s.payoutsRoot;
        slot.payoutsSum = s.payoutsSum;
        reserve = SafeCast.toUint128(s.reserveAfter);
        vestedTotal += SafeCast.toUint128(s.wayVested);
        if (s.stipendWay != 0) stipendPot -= s.stipendWay;
        _deferred = Deferred(SafeCast.toUint128(s.auctionDollars), SafeCast.toUint128(s.wayVested));
        c.nextStatement = SafeCast.toUint48(uint256(s.epoch) + 1);
        c.accepted += 1;
        c.finalAt = finalAt;
        _progress = c;
        emit StatementPosted(s.epoch, statementHash, finalAt, s);
    }

    /// @dev The seam for disputes: takes the pending statement back as if it had never been posted, and its epoch can be
    /// settled again. A dispute function proves a fault, calls this and slashes the signers.
    function _void(Statement calldata s, PayerRow[] calldata rows) internal {
        Progress memory c = _progress;
        bytes32 statementHash = StatementLib.structHash(s);
        if (
            c.accepted == c.finalized || block.timestamp >= c.finalAt
                || _outcomes[(uint256(c.accepted) - 1) % RING].statementHash != statementHash
        ) revert NotVoidable(statementHash);
        bytes32 actual = keccak256(abi.encode(rows));
        if (s.payerRowsHash != actual) revert WrongPayerRows(s.payerRowsHash, actual);

        c.accepted -= 1;
        c.nextStatement = uint48(s.epoch);
        _progress = c;
        reserve += uint128(s.wayAllotted);
        vestedTotal -= uint128(s.wayVested);
        stipendPot += s.stipendWay;
        emit StatementVoided(s.epoch, statementHash);
        dollar.forceApprove(address(escrow), s.dollarsIn);
        escrow.putBack(rows);
    }
}
